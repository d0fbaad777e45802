//! Documents that consist of several files.

use serde_json::json;

use super::*;

const FILES: [(&str, &str); 4] = [
    ("paths/pets.yaml", "get: {responses: {'200': {$ref: '../common.yaml#/responses/Pets'}}}"),
    (
        "common.yaml",
        "responses:\n  Pets:\n    description: All.\n    content:\n      application/json:\n        \
         schema: {$ref: 'schemas/Pet.yaml'}\n  Loop: {$ref: '#/responses/Loop'}\n",
    ),
    (
        "schemas/Pet.yaml",
        "type: object\nproperties:\n  mother: {$ref: Pet.yaml}\n  \
         tag: {$ref: '../api.yaml#/components/schemas/Tag'}\n  kind: {$ref: '#/$defs/Kind'}\n\
         $defs: {Kind: {type: string}}\n",
    ),
    ("broken.yaml", "a: ["),
];

fn read(path: &Path) -> io::Result<Vec<u8>> {
    let path = path.strip_prefix("folder").unwrap();
    let file = FILES.iter().find(|(name, _)| Path::new(name) == path);
    file.map(|(_, text)| text.as_bytes().to_vec()).ok_or_else(|| io::ErrorKind::NotFound.into())
}

fn bundle_in_folder(document: Value) -> Result<Bundled, SourceError> {
    bundle("folder/api.yaml", document, Some(Path::new("folder")), &mut read)
}

#[test]
fn files_become_part_of_the_document_and_places_lead_back() {
    let document = json!({
        "paths": {"/pets": {"$ref": "paths/pets.yaml"}},
        "components": {"schemas": {"Tag": {"type": "string"}, "Pet": {"type": "integer"}}},
    });
    let bundled = bundle_in_folder(document).unwrap();
    let reference = json!({"$ref": "#/components/schemas/Pet2"});
    assert_eq!(
        bundled.value,
        json!({
            "paths": {"/pets": {"get": {"responses": {"200": {
                "description": "All.",
                "content": {"application/json": {"schema": reference}},
            }}}}},
            "components": {"schemas": {
                "Tag": {"type": "string"},
                "Pet": {"type": "integer"},
                "Kind": {"type": "string"},
                "Pet2": {
                    "type": "object",
                    "properties": {
                        "mother": reference,
                        "tag": {"$ref": "#/components/schemas/Tag"},
                        "kind": {"$ref": "#/components/schemas/Kind"},
                    },
                    "$defs": {"Kind": {"type": "string"}},
                },
            }},
        })
    );
    let of = |text: &str| bundled.origins.of(&Pointer::parse(text).unwrap()).to_string();
    assert_eq!(of("/components/schemas/Pet2/type"), "folder/schemas/Pet.yaml#/type");
    assert_eq!(
        of("/paths/~1pets/get/responses/200/description"),
        "folder/common.yaml#/responses/Pets/description"
    );
    assert_eq!(of("/components/schemas/Pet"), "folder/api.yaml#/components/schemas/Pet");
    assert_eq!(bundled.files.len(), 3);
}

#[test]
fn reference_that_cannot_be_followed_is_refused_with_its_place() {
    let error = |reference: &str| {
        let document = json!({"components": {"responses": {"A": {"$ref": reference}}}});
        bundle_in_folder(document).unwrap_err().to_string()
    };
    let place = "folder/api.yaml: #/components/responses/A/$ref: ";
    let starts = |reference: &str, message: &str| {
        let error = error(reference);
        assert!(error.starts_with(&format!("{place}{message}")), "{error}");
    };
    starts("none.yaml", "cannot read `none.yaml`");
    starts("common.yaml#/nowhere", "there is nothing at `folder/common.yaml#/nowhere`");
    starts("common.yaml#x", "`common.yaml#x` is not a JSON pointer");
    starts("https://example.com/a.yaml", "`https://example.com/a.yaml` is on another machine");
    starts("../a.yaml", "`../a.yaml` leads out of the folder");
    starts("/etc/passwd", "`/etc/passwd` leads out of the folder");
    assert!(error("common.yaml#/responses/Loop").ends_with("leads back to itself"));
    assert!(error("broken.yaml").starts_with("folder/broken.yaml:"));
    let document = json!({"components": {"responses": {"A": {"$ref": "a.yaml"}}}});
    let error = bundle("standard input", document, None, &mut read).unwrap_err().to_string();
    assert!(error.contains("name a file in place of `-`"), "{error}");
}
