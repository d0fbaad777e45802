//! The command as users run it: output, exit codes and files.

use std::{
    fs,
    io::Write as _,
    path::Path,
    process::{Command, Output, Stdio},
};

/// One operation can be generated, and the server of the other cannot: it has two media types.
const DOCUMENT: &str = "\
openapi: 3.1.0
info: {title: Pet store, version: '1'}
paths:
  /pets:
    get:
      operationId: pets
      responses:
        '200':
          description: All pets.
          content:
            application/json: {schema: {type: array, items: {$ref: pet.yaml}}}
  /report:
    get:
      operationId: report
      responses:
        '200':
          description: A report.
          content:
            application/json: {schema: {type: object, patternProperties: {'^x': {}}}}
";
const PET: &str = "type: object\nrequired: [born]\nproperties:\n  born: {type: string, format: date, example: 7}\n";

/// A folder with the document.
fn folder() -> tempfile::TempDir {
    let folder = tempfile::tempdir().unwrap();
    fs::write(folder.path().join("openapi.yaml"), DOCUMENT).unwrap();
    fs::write(folder.path().join("pet.yaml"), PET).unwrap();
    folder
}

/// Runs the command in a folder.
fn run(folder: &Path, arguments: &str, input: &str) -> Output {
    let mut child = Command::new(env!("CARGO_BIN_EXE_specfirst"))
        .args(arguments.split_whitespace())
        .current_dir(folder)
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .stderr(Stdio::piped())
        .spawn()
        .unwrap();
    child.stdin.take().unwrap().write_all(input.as_bytes()).unwrap();
    child.wait_with_output().unwrap()
}

fn code(output: &Output) -> i32 {
    output.status.code().unwrap()
}

fn out(output: &Output) -> String {
    String::from_utf8_lossy(&output.stdout).into_owned()
}

fn err(output: &Output) -> String {
    String::from_utf8_lossy(&output.stderr).into_owned()
}

#[test]
fn lint_names_the_file_and_the_place_of_each_finding() {
    let folder = folder();
    let linted = run(folder.path(), "lint openapi.yaml", "");
    let text = out(&linted);
    assert_eq!(code(&linted), 0, "{text}");
    assert!(text.contains("error[example-fits-schema]"), "{text}");
    assert!(text.contains("  at pet.yaml#/properties/born/example\n"), "{text}");
    assert!(text.contains("against pet.yaml#/properties/born/type\n"), "{text}");
    assert!(text.contains("warning[unsupported-keyword]: `patternProperties`"), "{text}");
    assert_eq!(code(&run(folder.path(), "lint openapi.yaml --deny error", "")), 1);

    let json = out(&run(folder.path(), "lint openapi.yaml --json", ""));
    let findings: serde_json::Value = serde_json::from_str(&json).unwrap();
    assert_eq!(findings[0]["file"], "pet.yaml");
    assert_eq!(findings[0]["pointer"], "/properties/born/example");
}

#[test]
fn unreadable_document_does_not_hide_the_findings_of_another() {
    let folder = folder();
    fs::write(folder.path().join("broken.yaml"), "a: [").unwrap();
    let linted = run(folder.path(), "lint broken.yaml openapi.yaml none.yaml", "");
    assert_eq!(code(&linted), 1);
    assert!(out(&linted).contains("openapi.yaml: 1 error"), "{}", out(&linted));
    let errors = err(&linted);
    assert!(errors.contains("error: broken.yaml:2:1: not YAML"), "{errors}");
    assert!(errors.contains("error: cannot read none.yaml"), "{errors}");
}

#[test]
fn refusal_names_operation_and_place_and_writes_nothing() {
    let folder = folder();
    let refused = run(folder.path(), "generate openapi.yaml --client c.rs --server s.rs", "");
    assert_eq!(code(&refused), 1);
    let errors = err(&refused);
    for side in ["client", "server"] {
        let problem = format!("error[{side}]: operation `report`: `patternProperties` cannot");
        assert!(errors.contains(&problem), "{errors}");
        assert!(
            errors.contains(&format!("error: no {side}: 1 problem in 1 operation")),
            "{errors}"
        );
    }
    assert!(errors.contains("at openapi.yaml#/paths/~1report/get/responses/200/"), "{errors}");
    assert!(!folder.path().join("c.rs").exists() && !folder.path().join("s.rs").exists());
}

#[test]
fn unsupported_operation_is_left_out_listed_and_checked() {
    let folder = folder();
    let arguments = "generate openapi.yaml --client c.rs --server s.rs --skip-unsupported";
    let written = run(folder.path(), arguments, "");
    assert_eq!(code(&written), 0, "{}", err(&written));
    assert!(err(&written).contains("1 operation left out of the server"), "{}", err(&written));
    let snippet = out(&written);
    assert!(snippet.contains("[dependencies]\nchrono = "), "{snippet}");
    let server = fs::read_to_string(folder.path().join("s.rs")).unwrap();
    assert!(server.starts_with("// The server, written by `specfirst generate` from openapi.yaml"));
    assert!(server.contains("\n// - report: #/paths/~1report/get/responses/200/"), "{server}");
    assert!(server.contains("pub trait PetStoreApi"));

    let checked = run(folder.path(), &format!("{arguments} --check"), "");
    assert_eq!((code(&checked), out(&checked).as_str()), (0, "fresh    c.rs\nfresh    s.rs\n"));
    fs::write(folder.path().join("c.rs"), "// changed\n").unwrap();
    let checked = run(folder.path(), &format!("{arguments} --check"), "");
    assert_eq!(code(&checked), 4);
    assert!(out(&checked).contains("-// changed\n"), "{}", out(&checked));
    assert!(err(&checked).contains("c.rs is stale; run `specfirst generate openapi.yaml`"));
    // A change of another file of the document makes the generated files stale.
    run(folder.path(), arguments, "");
    fs::write(folder.path().join("pet.yaml"), format!("{PET}title: Pet\n")).unwrap();
    assert_eq!(code(&run(folder.path(), &format!("{arguments} --check"), "")), 4);
}

#[test]
fn one_operation_of_standard_input_is_generated_with_overlay_and_name() {
    let folder = folder();
    let document = DOCUMENT.replace("{$ref: pet.yaml}", "{type: string}");
    fs::write(
        folder.path().join("o.yaml"),
        "overlay: 1.0.0\ninfo: {title: t, version: '1'}\nactions:\n- target: $.paths['/pets'].get\n  \
         description: d\n  x-source: s\n  update: {operationId: all_pets}\n",
    )
    .unwrap();
    let only = |name: &str| {
        let arguments =
            format!("generate - --server s.rs --overlay o.yaml --trait-name Pets --only {name}");
        run(folder.path(), &arguments, &document)
    };
    let written = only("all_pets");
    assert_eq!(code(&written), 0, "{}", err(&written));
    let server = fs::read_to_string(folder.path().join("s.rs")).unwrap();
    assert!(server.contains("pub trait Pets {") && server.contains("async fn all_pets("));
    assert!(!server.contains("report"), "{server}");
    let unknown = only("pets");
    assert_eq!(code(&unknown), 1);
    assert_eq!(
        err(&unknown),
        "error: no operation is called `pets`; the document has all_pets, report\n"
    );
}
