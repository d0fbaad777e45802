//! The files that references lead to: which file a reference names, and what is in it.

use std::path::{Component, Path, PathBuf};

use serde_json::Value;

use super::{Bundler, File};
use crate::{
    document::percent_decode,
    pointer::Pointer,
    source::{error::SourceError, read::read_value},
};

impl Bundler<'_> {
    /// The file and the place that a reference names.
    pub(super) fn target(
        &mut self,
        reference: &str,
        file: &File,
        from: &Pointer,
    ) -> Result<(File, Pointer), SourceError> {
        let (path, fragment) = reference.split_once('#').unwrap_or((reference, ""));
        let decoded = percent_decode(fragment);
        // In the document itself, the view of the document reports a bad pointer with its place.
        let place = decoded.as_deref().and_then(Pointer::parse);
        if path.is_empty() {
            let place = match (place, &file.path) {
                (Some(place), _) => place,
                (None, None) => Pointer::root(),
                (None, Some(_)) => {
                    return Err(self.refuse(
                        file,
                        from,
                        &format!("`{reference}` is not a JSON pointer"),
                    ));
                }
            };
            return Ok((file.clone(), place));
        }
        let Some(place) = place else {
            return Err(self.refuse(file, from, &format!("`{reference}` is not a JSON pointer")));
        };
        let path = self.path(path, reference, file, from)?;
        Ok((File { path: (!self.is_document(&path)).then_some(path) }, place))
    }

    fn is_document(&self, path: &Path) -> bool {
        Path::new(self.name).file_name().is_some_and(|name| Path::new(name) == path)
    }

    /// The path of a file, from the folder of the document.
    fn path(
        &mut self,
        path: &str,
        reference: &str,
        file: &File,
        from: &Pointer,
    ) -> Result<PathBuf, SourceError> {
        if path.contains("://") {
            let message = format!(
                "`{reference}` is on another machine: download the file next to the document, and \
                 refer to it by its relative path"
            );
            return Err(self.refuse(file, from, &message));
        }
        if self.folder.is_none() {
            let message = format!(
                "`{reference}` leads outside the document, which was read from standard input: \
                 name a file in place of `-`"
            );
            return Err(self.refuse(file, from, &message));
        }
        let decoded = percent_decode(path).unwrap_or_else(|| path.to_owned());
        let folder = file.path.as_deref().and_then(Path::parent).unwrap_or(Path::new(""));
        let mut normal = PathBuf::new();
        for component in folder.join(decoded).components() {
            let fits = match component {
                Component::Normal(name) => {
                    normal.push(name);
                    true
                }
                Component::CurDir => true,
                Component::ParentDir => normal.pop(),
                Component::Prefix(_) | Component::RootDir => false,
            };
            if !fits {
                let message = format!(
                    "`{reference}` leads out of the folder of the document: move the file into it"
                );
                return Err(self.refuse(file, from, &message));
            }
        }
        Ok(normal)
    }

    /// A copy of what a reference names.
    pub(super) fn find(
        &mut self,
        target: &File,
        at: &Pointer,
        file: &File,
        from: &Pointer,
    ) -> Result<Value, SourceError> {
        if let (Some(path), Some(folder)) = (&target.path, self.folder)
            && !self.values.contains_key(path)
        {
            let bytes = (self.read)(&folder.join(path)).map_err(|error| {
                self.refuse(file, from, &format!("cannot read `{}`: {error}", path.display()))
            })?;
            let value = read_value(&self.label(target), &bytes)?;
            self.values.insert(path.clone(), value);
            self.files.insert(path.clone(), bytes);
        }
        match self.lookup(target, at) {
            Ok(value) => Ok(value.clone()),
            Err(_) => Err(self.refuse(
                file,
                from,
                &format!("there is nothing at `{}#{at}`", self.label(target)),
            )),
        }
    }

    pub(super) fn lookup(&self, file: &File, at: &Pointer) -> Result<&Value, SourceError> {
        let value = file.path.as_ref().and_then(|path| self.values.get(path));
        value
            .and_then(|value| value.pointer(at.as_str()))
            .ok_or_else(|| self.refuse(file, at, "there is nothing here, but it is referred to"))
    }

    /// What messages call a file.
    pub(super) fn label(&self, file: &File) -> String {
        let Some(path) = &file.path else { return self.name.to_owned() };
        let folder = Path::new(self.name).parent().unwrap_or(Path::new(""));
        folder.join(path).display().to_string()
    }

    pub(super) fn refuse(&self, file: &File, from: &Pointer, message: &str) -> SourceError {
        SourceError::Reference {
            name: self.label(file),
            pointer: from.child("$ref"),
            message: message.to_owned(),
        }
    }
}
