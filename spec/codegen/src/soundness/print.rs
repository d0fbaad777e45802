//! Checks and formats generated code, one item at a time.

use proc_macro2::TokenStream;
use syn::{File, Item, ItemMod, token::Brace};

use super::name_clash::{Clash, Scope};
use crate::{
    code::{Code, Fix},
    error::Result,
    items::split_items,
};

/// The formatted code, or the first clash of two items, members or implementations.
pub(super) fn print(code: Code) -> Result<std::result::Result<String, Clash>> {
    let mut printer = Printer { fix: code.fix, modules: Vec::new(), text: String::new() };
    let clash = printer.print_items(code.tokens)?;
    Ok(clash.map_or(Ok(printer.text), Err))
}

struct Printer {
    fix: Fix,
    /// The modules around the next item, each without its content.
    modules: Vec<ItemMod>,
    text: String,
}

impl Printer {
    /// Prints the content of a file or a module.
    fn print_items(&mut self, tokens: TokenStream) -> Result<Option<Clash>> {
        let mut scope = Scope::default();
        for item in split_items(tokens) {
            let clash = match item.into_module() {
                Ok((head, content)) => {
                    self.print_module(syn::parse2(head)?, content, &mut scope)?
                }
                Err(item) => {
                    let mut file: File = syn::parse2(item.into_tokens())?;
                    (self.fix)(&mut file, &self.modules);
                    let clash = scope.find_clash(&file.items);
                    self.print_file(file);
                    clash
                }
            };
            if clash.is_some() {
                return Ok(clash);
            }
        }
        Ok(None)
    }

    fn print_module(
        &mut self,
        head: ItemMod,
        content: TokenStream,
        scope: &mut Scope,
    ) -> Result<Option<Clash>> {
        let items = [Item::Mod(head.clone())];
        self.print_file(File { shebang: None, attrs: Vec::new(), items: items.to_vec() });
        if !content.is_empty() {
            let closing = format!("{}}}\n", "    ".repeat(self.modules.len()));
            let opened = self.text.strip_suffix("}\n").map(str::len);
            self.text.truncate(opened.unwrap_or(self.text.len()));
            self.text.push('\n');
            self.modules.push(head);
            if let Some(clash) = self.print_items(content)? {
                return Ok(Some(clash));
            }
            self.modules.pop();
            self.text.push_str(&closing);
        }
        Ok(scope.find_clash(&items))
    }

    /// Formats an item within its modules, because the width of a line depends on its indent.
    fn print_file(&mut self, file: File) {
        let depth = self.modules.len();
        let file = self.modules.iter().rev().fold(file, |file, module| {
            let content = Some((Brace::default(), file.items));
            let module = ItemMod { attrs: file.attrs, content, ..bare(module) };
            File { shebang: None, attrs: Vec::new(), items: vec![Item::Mod(module)] }
        });
        let text = prettyplease::unparse(&file);
        let lines: Vec<&str> = text.split_inclusive('\n').collect();
        let own = lines.get(depth..lines.len().saturating_sub(depth)).unwrap_or_default();
        self.text.extend(own.iter().copied());
        // A file of nothing but an attribute has no end of line.
        if !self.text.ends_with('\n') {
            self.text.push('\n');
        }
    }
}

/// The module without attributes, so that its head is one line.
fn bare(module: &ItemMod) -> ItemMod {
    ItemMod { attrs: Vec::new(), content: None, ..module.clone() }
}

#[cfg(test)]
mod tests {
    use quote::quote;

    use super::*;

    #[test]
    fn text_is_that_of_the_whole_file() {
        let long = "a description that is long enough to be broken if it were code, and is not";
        let lines: proc_macro2::Literal = "r\"\n   text of several lines\n\"".parse().unwrap();
        let tokens = quote! {
            #![allow(unused)]
            use a::{b, c};
            #[doc = "First line\n\nSecond"]
            pub mod outer {
                #![allow(dead_code)]
                #[doc = #long]
                pub struct A { pub first_member: Vec<u8>, pub second_member: Option<String> }
                mod empty {}
                pub mod inner {
                    pub fn long(first_argument: u8, second_argument: u8, third: u8) -> Option<u8> {
                        first_argument.checked_add(second_argument)?.checked_add(third)?.checked_add(9)
                    }
                }
            }
            impl A { fn a() { let text = #lines; } }
        };
        let whole = prettyplease::unparse(&syn::parse2(tokens.clone()).unwrap());
        let text = print(Code { tokens, fix: Box::new(|_, _| ()) }).unwrap().ok().unwrap();
        assert_eq!(text, whole);
    }
}
