//! Generates the client, the API trait and the glue between them for each document.

mod api;
mod caller;
mod echo;
mod generics;

use std::{
    env,
    error::Error,
    fs,
    path::{Path, PathBuf},
};

use quote::{format_ident, quote};
use specfirst_codegen::{Problems, api_trait, client};
use specfirst_model::{Document, Input, Source};

/// The folders and files with documents, from the folder of this crate.
const DOCUMENTS: [&str; 3] = ["documents", "../codegen/tests/golden", "../example/openapi.yaml"];

/// Documents that are left out, and the reason.
const LEFT_OUT: [(&str, &str); 2] = [
    (
        "golden_queries",
        "its objects and joined arrays become other parameters of the client; behaviour.rs sends them",
    ),
    (
        "golden_routes",
        "a text with the separator of a mixed segment can be split in two ways; templates.rs sends them",
    ),
];

fn main() -> Result<(), Box<dyn Error>> {
    println!("cargo::rerun-if-changed=build");
    let out = PathBuf::from(env::var("OUT_DIR")?);
    let (mut modules, mut subjects, mut problems) = (Vec::new(), Vec::new(), Vec::new());
    for file in files()? {
        let name = name(&file);
        if LEFT_OUT.iter().any(|(left_out, _)| *left_out == name) {
            continue;
        }
        let document = load(&file)?;
        let write = |kind: &str, text: &str| fs::write(out.join(format!("{name}_{kind}")), text);
        let (client, api) = match generate(&document) {
            Ok(generated) => generated,
            Err(found) => {
                problems.push(format!("{}: {found}", file.display()));
                continue;
            }
        };
        let caller = caller::emit(&document, &syn::parse_file(&client)?)?;
        let echo = echo::emit(&syn::parse_file(&api)?)?;
        write("client.rs", &client)?;
        write("api.rs", &api)?;
        write("caller.rs", &caller.to_string())?;
        write("echo.rs", &echo.to_string())?;
        write("document.json", &document.value().to_string())?;
        let module = format_ident!("{name}");
        let include = |kind: &str| {
            let file = format!("/{name}_{kind}");
            quote!(concat!(env!("OUT_DIR"), #file))
        };
        let parts = ["client", "api", "caller", "echo"].map(|part| {
            let (module, file) = (format_ident!("{part}"), include(&format!("{part}.rs")));
            quote!(pub mod #module { include!(#file); })
        });
        let text = include("document.json");
        modules.push(quote!(pub mod #module { #(#parts)* }));
        subjects.push(quote! {
            specfirst_round_trip::Subject {
                name: #name,
                document: include_str!(#text),
                describe: #module::echo::describe,
                call: #module::caller::call,
            }
        });
    }
    if !problems.is_empty() {
        return Err(problems.join("\n").into());
    }
    let all = quote! {
        #(#modules)*
        /// The generated code of every document.
        pub fn subjects() -> Vec<specfirst_round_trip::Subject> { vec![#(#subjects),*] }
    };
    fs::write(out.join("all.rs"), all.to_string())?;
    Ok(())
}

/// Every document, in a fixed order.
fn files() -> Result<Vec<PathBuf>, Box<dyn Error>> {
    let here = PathBuf::from(env::var("CARGO_MANIFEST_DIR")?);
    let mut files = Vec::new();
    for place in DOCUMENTS {
        let place = here.join(place);
        println!("cargo::rerun-if-changed={}", place.display());
        if place.is_file() {
            files.push(place);
            continue;
        }
        for entry in fs::read_dir(place)? {
            let path = entry?.path();
            if path.extension().is_some_and(|extension| extension == "json" || extension == "yaml")
            {
                files.push(path);
            }
        }
    }
    files.sort();
    Ok(files)
}

/// The name of a document's module: the folder, and the name of the file.
fn name(file: &Path) -> String {
    let words = [file.parent(), Some(file)].map(|path| path.and_then(Path::file_stem));
    let words: Vec<_> = words.into_iter().flatten().map(|word| word.to_string_lossy()).collect();
    words.join("_")
}

fn load(file: &Path) -> Result<Document, Box<dyn Error>> {
    let (name, bytes) = (file.display().to_string(), fs::read(file)?);
    let source = Source::load(Input { name: &name, bytes: &bytes, folder: file.parent() }, &[])?;
    Ok(source.document)
}

fn generate(document: &Document) -> Result<(String, String), Problems> {
    let settings = api_trait::Settings { name: "RoundTripApi".to_owned(), error_body: None };
    Ok((
        client::generate(document, &client::Settings::default())?,
        api_trait::generate(document, &settings)?,
    ))
}
