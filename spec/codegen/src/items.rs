//! Splits generated code into items by its tokens alone.
//!
//! The syntax tree of a large file takes many times the memory of its tokens, and most of the time. So
//! code is parsed one item at a time, and not at all where its tokens are enough.

use proc_macro2::{Delimiter, Group, Ident, TokenStream, TokenTree};

/// The tokens of one item.
pub(crate) struct ItemTokens(Vec<TokenTree>);

/// Splits the content of a file or a module into items.
pub(crate) fn split_items(tokens: TokenStream) -> impl Iterator<Item = ItemTokens> {
    let mut tokens = tokens.into_iter();
    std::iter::from_fn(move || next_item(&mut tokens))
}

/// An item ends with a semicolon, or with braces unless its first word needs a semicolon. An inner
/// attribute counts as an item.
fn next_item(tokens: &mut impl Iterator<Item = TokenTree>) -> Option<ItemTokens> {
    let mut item = Vec::new();
    let (mut words, mut is_until_semicolon) = (0, false);
    for token in tokens {
        let is_last = match &token {
            TokenTree::Punct(punct) => punct.as_char() == ';',
            TokenTree::Group(group) => match group.delimiter() {
                Delimiter::Brace => !is_until_semicolon,
                _ => {
                    matches!(item.as_slice(), [_, TokenTree::Punct(bang)] if bang.as_char() == '!')
                }
            },
            TokenTree::Ident(word) if word != "pub" => {
                is_until_semicolon = match words {
                    0 => ["const", "extern", "static", "type", "use"].iter().any(|w| word == w),
                    1 => is_until_semicolon && word != "fn",
                    _ => is_until_semicolon,
                };
                words += 1;
                false
            }
            TokenTree::Ident(_) | TokenTree::Literal(_) => false,
        };
        item.push(token);
        if is_last {
            break;
        }
    }
    (!item.is_empty()).then_some(ItemTokens(item))
}

impl ItemTokens {
    /// The head of a module, as an item without content, and the content. Any other item comes back.
    pub(crate) fn into_module(mut self) -> Result<(TokenStream, TokenStream), Self> {
        let is_module = self.keyword().is_some_and(|word| word == "mod");
        match self.0.last_mut() {
            Some(TokenTree::Group(braces)) if is_module => {
                let content = braces.stream();
                *braces = Group::new(Delimiter::Brace, TokenStream::new());
                Ok((self.into_tokens(), content))
            }
            _ => Err(self),
        }
    }

    pub(crate) fn into_tokens(self) -> TokenStream {
        self.0.into_iter().collect()
    }

    /// Whether the item defines a struct or an enum.
    pub(crate) fn is_type(&self) -> bool {
        self.keyword().is_some_and(|word| word == "struct" || word == "enum")
    }

    /// The contents of the outer attributes, each without its brackets.
    pub(crate) fn attributes(&self) -> impl Iterator<Item = TokenStream> {
        self.0.chunks_exact(2).map_while(attribute).map(Group::stream)
    }

    /// The first word after the attributes and the visibility.
    fn keyword(&self) -> Option<&Ident> {
        let attributes = self.0.chunks_exact(2).map_while(attribute).count();
        let words = self.0.get(2 * attributes..).unwrap_or_default().iter();
        words
            .filter_map(|token| match token {
                TokenTree::Ident(word) => Some(word),
                _ => None,
            })
            .find(|word| *word != "pub")
    }
}

/// The brackets of an outer attribute.
fn attribute(tokens: &[TokenTree]) -> Option<&Group> {
    match tokens {
        [TokenTree::Punct(hash), TokenTree::Group(brackets)] if hash.as_char() == '#' => {
            Some(brackets)
        }
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use quote::quote;

    use super::*;

    #[test]
    fn items_are_split_as_the_parser_splits_them() {
        let tokens = quote! {
            #![allow(unused)]
            use a::{b, c};
            #[derive(Clone)] pub struct A { b: u8 }
            struct B(u8);
            pub(crate) enum C {}
            const D: A = A { b: 1 };
            pub const fn e() {}
            type F = u8;
            impl A { const G: u8 = 1; }
            #[doc = "x"] pub mod m { struct H; }
            trait I {}
        };
        let file: syn::File = syn::parse2(tokens.clone()).unwrap();
        let items: Vec<ItemTokens> = split_items(tokens).collect();
        let types: Vec<bool> = items.iter().map(ItemTokens::is_type).collect();
        assert_eq!(types.iter().filter(|is_type| **is_type).count(), 3);
        let parsed = items
            .into_iter()
            .flat_map(|item| syn::parse2::<syn::File>(item.into_tokens()).unwrap().items);
        assert_eq!(parsed.collect::<Vec<_>>(), file.items);
    }

    #[test]
    fn module_is_told_by_its_keyword() {
        let item = |tokens| split_items(tokens).next().unwrap();
        let module = quote!(
            #[doc = "mod"]
            pub(crate) mod m {
                struct A;
            }
        );
        let (head, content) = item(module).into_module().ok().unwrap();
        assert_eq!(
            head.to_string(),
            quote!(
                #[doc = "mod"]
                pub(crate) mod m {}
            )
            .to_string()
        );
        assert_eq!(
            content.to_string(),
            quote!(
                struct A;
            )
            .to_string()
        );
        assert!(
            item(quote!(
                struct A {
                    r#mod: u8,
                }
            ))
            .into_module()
            .is_err()
        );
        assert_eq!(
            item(quote!(
                #[a]
                #[b]
                struct A;
            ))
            .attributes()
            .count(),
            2
        );
    }
}
