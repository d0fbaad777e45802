//! How an operation of a newer page takes the place of the one that our overlay adds;
//! `spec/docs/newer-page.md` explains it.

use specfirst_model::{Document, Input, Operation, Overlay, Source, lint};

const UPSTREAM: &str = include_str!("../newer-page/upstream.yaml");
const OVERLAY: &str = include_str!("../newer-page/overlay.yaml");

fn load(overlay: &str) -> Result<Source, String> {
    let overlay = Overlay::parse("overlay.yaml", overlay).map_err(|error| error.to_string())?;
    let input = Input { name: "upstream.yaml", bytes: UPSTREAM.as_bytes(), folder: None };
    Source::load(input, &[("overlay.yaml", overlay)]).map_err(|error| error.to_string())
}

fn me(document: &Document) -> Operation {
    let operations = document.operations().unwrap();
    operations.into_iter().find(|operation| operation.id == "me").unwrap()
}

/// What a handler and a caller see of an operation.
fn interface(operation: &Operation) -> (String, usize, Vec<String>, Vec<String>) {
    let mut credentials: Vec<_> =
        operation.security.iter().flatten().map(|scheme| scheme.name.clone()).collect();
    credentials.sort();
    let statuses = operation.responses.iter().map(|response| response.status.to_string());
    (operation.label(), operation.parameters.len(), credentials, statuses.collect())
}

#[test]
fn operation_of_the_page_has_the_interface_of_the_one_that_the_overlay_added() {
    let newer = load(OVERLAY).unwrap();
    let ours = Document::parse("openapi.json", login_spec::embedded::OPENAPI).unwrap();
    assert_eq!(interface(&me(&newer.document)), interface(&me(&ours)));
    let paths: Vec<_> = newer.document.operations().unwrap().iter().map(Operation::label).collect();
    assert_eq!(paths, ["POST /api/v1/login", "GET /api/v1/me"]);
    let findings = lint(&newer.document, &[]).unwrap();
    let of_me = findings.iter().filter(|finding| finding.pointer.as_str().contains("v1~1me"));
    assert_eq!(of_me.collect::<Vec<_>>(), Vec::<&specfirst_model::Finding>::new());
}

#[test]
fn array_is_replaced_in_two_steps_and_adding_to_it_is_refused() {
    let one_step =
        OVERLAY.replace("      operationId: me\n", "      operationId: me\n      parameters: []\n");
    // The first step removes the array, so an update may then add one.
    load(&one_step).unwrap();
    let removal = one_step.find("  - target: $.paths['/api/v1/me'].get.parameters").unwrap();
    let rest = one_step[removal + 3..].find("  - target").unwrap() + removal + 3;
    let without_removal = format!("{}{}", &one_step[..removal], &one_step[rest..]);
    let error = load(&without_removal).unwrap_err();
    assert!(error.contains("actions[2]") && error.contains("is an array already"), "{error}");
}
