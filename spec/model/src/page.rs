//! Cuts the OpenAPI document out of the Markdown page that publishes it.

use serde_json::Value;

use crate::{document::Document, document::DocumentError};

/// A published page: prose, and one OpenAPI document in a fenced code block.
#[derive(Clone, Debug)]
pub struct Page {
    /// The text outside the code block.
    pub prose: String,
    /// The document inside it.
    pub document: Document,
}

/// Why a page could not be read.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum PageError {
    /// There is no fenced block that begins with a `json` info string.
    #[error("{name}: no fenced ```json block that holds the OpenAPI document")]
    NoDocument {
        /// What the page was called.
        name: String,
    },
    /// The fenced block has no end.
    #[error("{name}:{line}: the fenced block that begins here does not end")]
    Unterminated {
        /// What the page was called.
        name: String,
        /// The line of the opening fence, from 1.
        line: usize,
    },
    /// There are several fenced blocks, so which one is meant is unclear.
    #[error("{name}:{line}: a second fenced ```json block begins here, expected one")]
    SecondDocument {
        /// What the page was called.
        name: String,
        /// The line of the second opening fence, from 1.
        line: usize,
    },
    /// The block is not a document.
    #[error(transparent)]
    Document(#[from] DocumentError),
}

impl Page {
    /// Reads a page; `name` is what errors call it. Line numbers in errors are the page's own.
    ///
    /// # Errors
    ///
    /// [`PageError`] where the page does not hold exactly one OpenAPI document.
    pub fn parse(name: &str, text: &str) -> Result<Self, PageError> {
        let mut prose = String::new();
        let mut block: Option<Block> = None;
        let mut lines = text.lines().enumerate();
        while let Some((index, line)) = lines.next() {
            let Some(fence) = opening_fence(line) else {
                prose.push_str(line);
                prose.push('\n');
                continue;
            };
            let line = index + 1;
            if block.is_some() {
                return Err(PageError::SecondDocument { name: name.to_owned(), line });
            }
            let mut body = String::new();
            loop {
                match lines.next() {
                    Some((_, text)) if text.trim_end() == fence => break,
                    Some((_, text)) => {
                        body.push_str(text);
                        body.push('\n');
                    }
                    None => return Err(PageError::Unterminated { name: name.to_owned(), line }),
                }
            }
            block = Some(Block { line, body });
        }
        let block = block.ok_or_else(|| PageError::NoDocument { name: name.to_owned() })?;
        Ok(Self { prose, document: block.parse(name)? })
    }

    /// The document as `documented.json` holds it: the page's JSON, in the page's order.
    pub fn documented(&self) -> &Value {
        self.document.value()
    }
}

/// A fenced block and the line its fence stands on.
struct Block {
    line: usize,
    body: String,
}

impl Block {
    /// Parses the body; a syntax error is reported at its line in the page.
    fn parse(&self, name: &str) -> Result<Document, DocumentError> {
        Document::parse(name, &self.body).map_err(|error| match error {
            DocumentError::Json { name, line, column, source } => {
                DocumentError::Json { name, line: line + self.line, column, source }
            }
            other => other,
        })
    }
}

/// The fence (three or more backticks) if the line opens a block whose info string begins with `json`.
fn opening_fence(line: &str) -> Option<&str> {
    let info = line.trim_start_matches('`');
    let fence = &line[..line.len() - info.len()];
    let is_json = info.split_whitespace().next() == Some("json");
    (fence.len() >= 3 && is_json).then_some(fence)
}

#[cfg(test)]
mod tests {
    use super::*;

    const DOCUMENT: &str = r#"{"openapi": "3.0.0", "paths": {}}"#;

    #[test]
    fn the_document_is_cut_out_and_the_prose_kept() {
        let page =
            Page::parse("p.md", &format!("# T\n\n````json POST /x\n{DOCUMENT}\n````\nend\n"))
                .unwrap();
        assert_eq!(page.prose, "# T\n\nend\n");
        assert_eq!(page.documented()["openapi"], "3.0.0");
    }

    #[test]
    fn a_page_without_exactly_one_whole_document_is_refused() {
        let error = |text: &str| Page::parse("p.md", text).unwrap_err().to_string();
        assert!(error("# T\n").contains("no fenced"));
        assert_eq!(
            error("a\n```json\n{\n"),
            "p.md:2: the fenced block that begins here does not end"
        );
        assert!(
            error(&format!("```json\n{DOCUMENT}\n```\n```json\n{DOCUMENT}\n```\n"))
                .starts_with("p.md:4: a second")
        );
        assert_eq!(error("a\n```json\n{\n\"x\" 1}\n```\n"), "p.md:4:5: not JSON");
    }
}
