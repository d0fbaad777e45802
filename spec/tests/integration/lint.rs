//! What the lint finds in the page, and that a mended page is free of it.

use specfirst_model::{Document, Overlay, lint};

fn findings(document: &str) -> Vec<String> {
    let overlay = Overlay::parse("overlay.yaml", login_spec::embedded::OVERLAY).unwrap();
    let document = Document::parse("documented.json", document).unwrap();
    lint(&document, &overlay.example_rules).unwrap().iter().map(ToString::to_string).collect()
}

#[test]
fn the_page_has_these_faults() {
    insta::assert_snapshot!("findings", findings(login_spec::embedded::DOCUMENTED).join("\n"));
}

#[test]
fn a_finding_goes_when_its_cause_does() {
    let before = findings(login_spec::embedded::DOCUMENTED);
    let mended = |from: &str, to: &str| {
        assert!(login_spec::embedded::DOCUMENTED.contains(from), "{from}");
        findings(&login_spec::embedded::DOCUMENTED.replace(from, to))
    };
    let gone = |after: &[String]| -> Vec<String> {
        before.iter().filter(|finding| !after.contains(finding)).cloned().collect()
    };
    assert_eq!(gone(&mended(r#""example": "2246d10""#, r#""example": "224610""#)).len(), 1);
    assert_eq!(gone(&mended("aYjNnig8BEAWeQzMh", "aobEdbYhXfu5hkeqG")).len(), 1);
    // Both copies of the example, the one under `examples` and the one under `x-examples`.
    assert_eq!(gone(&mended(r#""utcOffset": "-3""#, r#""utcOffset": -3"#)).len(), 2);
    let string_offset = mended(
        "\"utcOffset\": {\n                              \"type\": \"integer\"",
        "\"utcOffset\": {\n                              \"type\": \"string\"",
    );
    assert!(!string_offset.iter().any(|finding| finding.contains("utcOffset")));
}

#[test]
fn an_example_or_default_of_a_member_is_checked_too() {
    let with = |keyword: &str| {
        let (from, to) = (r#""example": "myusername""#, format!(r#""{keyword}": 7"#));
        assert!(login_spec::embedded::DOCUMENTED.contains(from));
        findings(&login_spec::embedded::DOCUMENTED.replace(from, &to))
    };
    for keyword in ["example", "default"] {
        let place = format!("/schema/properties/user/{keyword}\n");
        let found = with(keyword);
        assert!(found.iter().any(|finding| finding.contains(&place)), "{found:#?}");
    }
}

#[test]
fn the_completed_document_demands_what_the_prose_demands() {
    let rest = findings(login_spec::embedded::OPENAPI);
    let unconditional: Vec<_> =
        rest.iter().filter(|finding| finding.starts_with("warning")).collect();
    assert_eq!(unconditional, Vec::<&String>::new());
}
