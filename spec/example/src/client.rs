// The client, written by `specfirst generate` from openapi.yaml (sha256 69f297e778ff29de3c5f14b5fef1a203d531c04fe050f154e77cca970d0bd456); do not edit.

#[allow(unused_imports)]
pub use progenitor_client::{ByteStream, ClientInfo, Error, ResponseValue};
#[allow(unused_imports)]
use progenitor_client::{encode_path, ClientHooks, OperationInfo, RequestBuilderExt};
/// Types used as operation parameters and responses.
#[allow(clippy::all)]
pub mod types {
    ///`Book`
    #[derive(::serde::Deserialize, ::serde::Serialize, Clone, Debug)]
    pub struct Book {
        pub author: ::std::string::String,
        pub number: i64,
        #[serde(skip_serializing_if = "::std::option::Option::is_none")]
        pub subtitle: ::std::option::Option<::std::string::String>,
        pub title: ::std::string::String,
    }
    impl Book {
        pub fn builder() -> builder::Book {
            Default::default()
        }
    }
    ///`Loan`
    #[derive(::serde::Deserialize, ::serde::Serialize, Clone, Debug)]
    pub struct Loan {
        pub book: i64,
        pub due: ::chrono::naive::NaiveDate,
        pub id: ::uuid::Uuid,
        pub reader: ::std::string::String,
        pub returned: bool,
    }
    impl Loan {
        pub fn builder() -> builder::Loan {
            Default::default()
        }
    }
    ///`NewBook`
    #[derive(::serde::Deserialize, ::serde::Serialize, Clone, Debug)]
    pub struct NewBook {
        pub author: ::std::string::String,
        #[serde(skip_serializing_if = "::std::option::Option::is_none")]
        pub subtitle: ::std::option::Option<::std::string::String>,
        pub title: ::std::string::String,
    }
    impl NewBook {
        pub fn builder() -> builder::NewBook {
            Default::default()
        }
    }
    ///`NewLoan`
    #[derive(::serde::Deserialize, ::serde::Serialize, Clone, Debug)]
    pub struct NewLoan {
        pub book: i64,
        pub due: ::chrono::naive::NaiveDate,
        pub reader: ::std::string::String,
    }
    impl NewLoan {
        pub fn builder() -> builder::NewLoan {
            Default::default()
        }
    }
    ///`Refusal`
    #[derive(::serde::Deserialize, ::serde::Serialize, Clone, Debug)]
    pub struct Refusal {
        pub reason: ::std::string::String,
    }
    impl Refusal {
        pub fn builder() -> builder::Refusal {
            Default::default()
        }
    }
    /// Types for composing complex structures.
    pub mod builder {
        #[derive(Clone, Debug)]
        pub struct Book {
            author: ::std::result::Result<::std::string::String, ::std::string::String>,
            number: ::std::result::Result<i64, ::std::string::String>,
            subtitle: ::std::result::Result<
                ::std::option::Option<::std::string::String>,
                ::std::string::String,
            >,
            title: ::std::result::Result<::std::string::String, ::std::string::String>,
        }
        impl ::std::default::Default for Book {
            fn default() -> Self {
                Self {
                    author: Err("no value supplied for author".to_string()),
                    number: Err("no value supplied for number".to_string()),
                    subtitle: Ok(Default::default()),
                    title: Err("no value supplied for title".to_string()),
                }
            }
        }
        impl Book {
            pub fn author<T>(mut self, value: T) -> Self
            where
                T: ::std::convert::TryInto<::std::string::String>,
                T::Error: ::std::fmt::Display,
            {
                self.author = value
                    .try_into()
                    .map_err(|e| {
                        format!("error converting supplied value for author: {e}")
                    });
                self
            }
            pub fn number<T>(mut self, value: T) -> Self
            where
                T: ::std::convert::TryInto<i64>,
                T::Error: ::std::fmt::Display,
            {
                self.number = value
                    .try_into()
                    .map_err(|e| {
                        format!("error converting supplied value for number: {e}")
                    });
                self
            }
            pub fn subtitle<T>(mut self, value: T) -> Self
            where
                T: ::std::convert::TryInto<::std::option::Option<::std::string::String>>,
                T::Error: ::std::fmt::Display,
            {
                self.subtitle = value
                    .try_into()
                    .map_err(|e| {
                        format!("error converting supplied value for subtitle: {e}")
                    });
                self
            }
            pub fn title<T>(mut self, value: T) -> Self
            where
                T: ::std::convert::TryInto<::std::string::String>,
                T::Error: ::std::fmt::Display,
            {
                self.title = value
                    .try_into()
                    .map_err(|e| {
                        format!("error converting supplied value for title: {e}")
                    });
                self
            }
        }
        impl ::std::convert::TryFrom<Book> for super::Book {
            type Error = super::error::ConversionError;
            fn try_from(
                value: Book,
            ) -> ::std::result::Result<Self, super::error::ConversionError> {
                Ok(Self {
                    author: value.author?,
                    number: value.number?,
                    subtitle: value.subtitle?,
                    title: value.title?,
                })
            }
        }
        impl ::std::convert::From<super::Book> for Book {
            fn from(value: super::Book) -> Self {
                Self {
                    author: Ok(value.author),
                    number: Ok(value.number),
                    subtitle: Ok(value.subtitle),
                    title: Ok(value.title),
                }
            }
        }
        #[derive(Clone, Debug)]
        pub struct Loan {
            book: ::std::result::Result<i64, ::std::string::String>,
            due: ::std::result::Result<
                ::chrono::naive::NaiveDate,
                ::std::string::String,
            >,
            id: ::std::result::Result<::uuid::Uuid, ::std::string::String>,
            reader: ::std::result::Result<::std::string::String, ::std::string::String>,
            returned: ::std::result::Result<bool, ::std::string::String>,
        }
        impl ::std::default::Default for Loan {
            fn default() -> Self {
                Self {
                    book: Err("no value supplied for book".to_string()),
                    due: Err("no value supplied for due".to_string()),
                    id: Err("no value supplied for id".to_string()),
                    reader: Err("no value supplied for reader".to_string()),
                    returned: Err("no value supplied for returned".to_string()),
                }
            }
        }
        impl Loan {
            pub fn book<T>(mut self, value: T) -> Self
            where
                T: ::std::convert::TryInto<i64>,
                T::Error: ::std::fmt::Display,
            {
                self.book = value
                    .try_into()
                    .map_err(|e| {
                        format!("error converting supplied value for book: {e}")
                    });
                self
            }
            pub fn due<T>(mut self, value: T) -> Self
            where
                T: ::std::convert::TryInto<::chrono::naive::NaiveDate>,
                T::Error: ::std::fmt::Display,
            {
                self.due = value
                    .try_into()
                    .map_err(|e| {
                        format!("error converting supplied value for due: {e}")
                    });
                self
            }
            pub fn id<T>(mut self, value: T) -> Self
            where
                T: ::std::convert::TryInto<::uuid::Uuid>,
                T::Error: ::std::fmt::Display,
            {
                self.id = value
                    .try_into()
                    .map_err(|e| format!("error converting supplied value for id: {e}"));
                self
            }
            pub fn reader<T>(mut self, value: T) -> Self
            where
                T: ::std::convert::TryInto<::std::string::String>,
                T::Error: ::std::fmt::Display,
            {
                self.reader = value
                    .try_into()
                    .map_err(|e| {
                        format!("error converting supplied value for reader: {e}")
                    });
                self
            }
            pub fn returned<T>(mut self, value: T) -> Self
            where
                T: ::std::convert::TryInto<bool>,
                T::Error: ::std::fmt::Display,
            {
                self.returned = value
                    .try_into()
                    .map_err(|e| {
                        format!("error converting supplied value for returned: {e}")
                    });
                self
            }
        }
        impl ::std::convert::TryFrom<Loan> for super::Loan {
            type Error = super::error::ConversionError;
            fn try_from(
                value: Loan,
            ) -> ::std::result::Result<Self, super::error::ConversionError> {
                Ok(Self {
                    book: value.book?,
                    due: value.due?,
                    id: value.id?,
                    reader: value.reader?,
                    returned: value.returned?,
                })
            }
        }
        impl ::std::convert::From<super::Loan> for Loan {
            fn from(value: super::Loan) -> Self {
                Self {
                    book: Ok(value.book),
                    due: Ok(value.due),
                    id: Ok(value.id),
                    reader: Ok(value.reader),
                    returned: Ok(value.returned),
                }
            }
        }
        #[derive(Clone, Debug)]
        pub struct NewBook {
            author: ::std::result::Result<::std::string::String, ::std::string::String>,
            subtitle: ::std::result::Result<
                ::std::option::Option<::std::string::String>,
                ::std::string::String,
            >,
            title: ::std::result::Result<::std::string::String, ::std::string::String>,
        }
        impl ::std::default::Default for NewBook {
            fn default() -> Self {
                Self {
                    author: Err("no value supplied for author".to_string()),
                    subtitle: Ok(Default::default()),
                    title: Err("no value supplied for title".to_string()),
                }
            }
        }
        impl NewBook {
            pub fn author<T>(mut self, value: T) -> Self
            where
                T: ::std::convert::TryInto<::std::string::String>,
                T::Error: ::std::fmt::Display,
            {
                self.author = value
                    .try_into()
                    .map_err(|e| {
                        format!("error converting supplied value for author: {e}")
                    });
                self
            }
            pub fn subtitle<T>(mut self, value: T) -> Self
            where
                T: ::std::convert::TryInto<::std::option::Option<::std::string::String>>,
                T::Error: ::std::fmt::Display,
            {
                self.subtitle = value
                    .try_into()
                    .map_err(|e| {
                        format!("error converting supplied value for subtitle: {e}")
                    });
                self
            }
            pub fn title<T>(mut self, value: T) -> Self
            where
                T: ::std::convert::TryInto<::std::string::String>,
                T::Error: ::std::fmt::Display,
            {
                self.title = value
                    .try_into()
                    .map_err(|e| {
                        format!("error converting supplied value for title: {e}")
                    });
                self
            }
        }
        impl ::std::convert::TryFrom<NewBook> for super::NewBook {
            type Error = super::error::ConversionError;
            fn try_from(
                value: NewBook,
            ) -> ::std::result::Result<Self, super::error::ConversionError> {
                Ok(Self {
                    author: value.author?,
                    subtitle: value.subtitle?,
                    title: value.title?,
                })
            }
        }
        impl ::std::convert::From<super::NewBook> for NewBook {
            fn from(value: super::NewBook) -> Self {
                Self {
                    author: Ok(value.author),
                    subtitle: Ok(value.subtitle),
                    title: Ok(value.title),
                }
            }
        }
        #[derive(Clone, Debug)]
        pub struct NewLoan {
            book: ::std::result::Result<i64, ::std::string::String>,
            due: ::std::result::Result<
                ::chrono::naive::NaiveDate,
                ::std::string::String,
            >,
            reader: ::std::result::Result<::std::string::String, ::std::string::String>,
        }
        impl ::std::default::Default for NewLoan {
            fn default() -> Self {
                Self {
                    book: Err("no value supplied for book".to_string()),
                    due: Err("no value supplied for due".to_string()),
                    reader: Err("no value supplied for reader".to_string()),
                }
            }
        }
        impl NewLoan {
            pub fn book<T>(mut self, value: T) -> Self
            where
                T: ::std::convert::TryInto<i64>,
                T::Error: ::std::fmt::Display,
            {
                self.book = value
                    .try_into()
                    .map_err(|e| {
                        format!("error converting supplied value for book: {e}")
                    });
                self
            }
            pub fn due<T>(mut self, value: T) -> Self
            where
                T: ::std::convert::TryInto<::chrono::naive::NaiveDate>,
                T::Error: ::std::fmt::Display,
            {
                self.due = value
                    .try_into()
                    .map_err(|e| {
                        format!("error converting supplied value for due: {e}")
                    });
                self
            }
            pub fn reader<T>(mut self, value: T) -> Self
            where
                T: ::std::convert::TryInto<::std::string::String>,
                T::Error: ::std::fmt::Display,
            {
                self.reader = value
                    .try_into()
                    .map_err(|e| {
                        format!("error converting supplied value for reader: {e}")
                    });
                self
            }
        }
        impl ::std::convert::TryFrom<NewLoan> for super::NewLoan {
            type Error = super::error::ConversionError;
            fn try_from(
                value: NewLoan,
            ) -> ::std::result::Result<Self, super::error::ConversionError> {
                Ok(Self {
                    book: value.book?,
                    due: value.due?,
                    reader: value.reader?,
                })
            }
        }
        impl ::std::convert::From<super::NewLoan> for NewLoan {
            fn from(value: super::NewLoan) -> Self {
                Self {
                    book: Ok(value.book),
                    due: Ok(value.due),
                    reader: Ok(value.reader),
                }
            }
        }
        #[derive(Clone, Debug)]
        pub struct Refusal {
            reason: ::std::result::Result<::std::string::String, ::std::string::String>,
        }
        impl ::std::default::Default for Refusal {
            fn default() -> Self {
                Self {
                    reason: Err("no value supplied for reason".to_string()),
                }
            }
        }
        impl Refusal {
            pub fn reason<T>(mut self, value: T) -> Self
            where
                T: ::std::convert::TryInto<::std::string::String>,
                T::Error: ::std::fmt::Display,
            {
                self.reason = value
                    .try_into()
                    .map_err(|e| {
                        format!("error converting supplied value for reason: {e}")
                    });
                self
            }
        }
        impl ::std::convert::TryFrom<Refusal> for super::Refusal {
            type Error = super::error::ConversionError;
            fn try_from(
                value: Refusal,
            ) -> ::std::result::Result<Self, super::error::ConversionError> {
                Ok(Self { reason: value.reason? })
            }
        }
        impl ::std::convert::From<super::Refusal> for Refusal {
            fn from(value: super::Refusal) -> Self {
                Self { reason: Ok(value.reason) }
            }
        }
    }
    /// Error types.
    pub mod error {
        /// Error from a `TryFrom` or `FromStr` implementation.
        pub struct ConversionError(::std::borrow::Cow<'static, str>);
        impl ::std::error::Error for ConversionError {}
        impl ::std::fmt::Display for ConversionError {
            fn fmt(
                &self,
                f: &mut ::std::fmt::Formatter<'_>,
            ) -> Result<(), ::std::fmt::Error> {
                ::std::fmt::Display::fmt(&self.0, f)
            }
        }
        impl ::std::fmt::Debug for ConversionError {
            fn fmt(
                &self,
                f: &mut ::std::fmt::Formatter<'_>,
            ) -> Result<(), ::std::fmt::Error> {
                ::std::fmt::Debug::fmt(&self.0, f)
            }
        }
        impl From<&'static str> for ConversionError {
            fn from(value: &'static str) -> Self {
                Self(value.into())
            }
        }
        impl From<String> for ConversionError {
            fn from(value: String) -> Self {
                Self(value.into())
            }
        }
    }
}
#[derive(Clone, Debug)]
/**Client for Library

The books of a small library, and who has borrowed them.

Version: 1.0.0*/
pub struct Client {
    pub(crate) baseurl: String,
    pub(crate) client: reqwest::Client,
}
impl Client {
    /// Create a new client.
    ///
    /// `baseurl` is the base URL provided to the internal
    /// `reqwest::Client`, and should include a scheme and hostname,
    /// as well as port and a path stem if applicable.
    pub fn new(baseurl: &str) -> Self {
        #[cfg(not(target_arch = "wasm32"))]
        let client = {
            let dur = ::std::time::Duration::from_secs(15u64);
            reqwest::ClientBuilder::new().connect_timeout(dur).timeout(dur)
        };
        #[cfg(target_arch = "wasm32")]
        let client = reqwest::ClientBuilder::new();
        Self::new_with_client(baseurl, client.build().unwrap())
    }
    /// Construct a new client with an existing `reqwest::Client`,
    /// allowing more control over its configuration.
    ///
    /// `baseurl` is the base URL provided to the internal
    /// `reqwest::Client`, and should include a scheme and hostname,
    /// as well as port and a path stem if applicable.
    pub fn new_with_client(baseurl: &str, client: reqwest::Client) -> Self {
        Self {
            baseurl: baseurl.to_string(),
            client,
        }
    }
}
impl ClientInfo<()> for Client {
    fn api_version() -> &'static str {
        "1.0.0"
    }
    fn baseurl(&self) -> &str {
        self.baseurl.as_str()
    }
    fn client(&self) -> &reqwest::Client {
        &self.client
    }
    fn inner(&self) -> &() {
        &()
    }
}
impl ClientHooks<()> for &Client {}
impl Client {
    /**Whether the server works

Sends a `GET` request to `/health`

```ignore
let response = client.health()
    .send()
    .await;
```*/
    pub fn health(&self) -> builder::Health<'_> {
        builder::Health::new(self)
    }
    /**Lists the books

Sends a `GET` request to `/books`

```ignore
let response = client.list_books()
    .author(author)
    .limit(limit)
    .send()
    .await;
```*/
    pub fn list_books(&self) -> builder::ListBooks<'_> {
        builder::ListBooks::new(self)
    }
    /**Adds a book

Sends a `POST` request to `/books`

```ignore
let response = client.add_book()
    .body(body)
    .send()
    .await;
```*/
    pub fn add_book(&self) -> builder::AddBook<'_> {
        builder::AddBook::new(self)
    }
    /**Shows a book

Sends a `GET` request to `/books/{book}`

```ignore
let response = client.book()
    .book(book)
    .send()
    .await;
```*/
    pub fn book(&self) -> builder::Book<'_> {
        builder::Book::new(self)
    }
    /**Replaces what is known about a book

Sends a `PUT` request to `/books/{book}`

```ignore
let response = client.replace_book()
    .book(book)
    .body(body)
    .send()
    .await;
```*/
    pub fn replace_book(&self) -> builder::ReplaceBook<'_> {
        builder::ReplaceBook::new(self)
    }
    /**Removes a book that nobody has borrowed

Sends a `DELETE` request to `/books/{book}`

```ignore
let response = client.remove_book()
    .book(book)
    .send()
    .await;
```*/
    pub fn remove_book(&self) -> builder::RemoveBook<'_> {
        builder::RemoveBook::new(self)
    }
    /**Shows the cover of a book

Sends a `GET` request to `/books/{book}/cover`

```ignore
let response = client.cover()
    .book(book)
    .send()
    .await;
```*/
    pub fn cover(&self) -> builder::Cover<'_> {
        builder::Cover::new(self)
    }
    /**Uploads the cover of a book

Sends a `PUT` request to `/books/{book}/cover`

Arguments:
- `book`
- `body_content_type`: The `Content-Type` of the body: `multipart/form-data`.
- `body`
```ignore
let response = client.upload_cover()
    .book(book)
    .body_content_type(body_content_type)
    .body(body)
    .send()
    .await;
```*/
    pub fn upload_cover(&self) -> builder::UploadCover<'_> {
        builder::UploadCover::new(self)
    }
    /**Lists the loans

Sends a `GET` request to `/loans`

```ignore
let response = client.list_loans()
    .returned(returned)
    .send()
    .await;
```*/
    pub fn list_loans(&self) -> builder::ListLoans<'_> {
        builder::ListLoans::new(self)
    }
    /**Lends a book

Sends a `POST` request to `/loans`

```ignore
let response = client.lend_book()
    .body(body)
    .send()
    .await;
```*/
    pub fn lend_book(&self) -> builder::LendBook<'_> {
        builder::LendBook::new(self)
    }
    /**Shows a loan

Sends a `GET` request to `/loans/{loan}`

```ignore
let response = client.loan()
    .loan(loan)
    .send()
    .await;
```*/
    pub fn loan(&self) -> builder::Loan<'_> {
        builder::Loan::new(self)
    }
    /**Takes a book back

Sends a `POST` request to `/loans/{loan}/return`

```ignore
let response = client.return_book()
    .loan(loan)
    .send()
    .await;
```*/
    pub fn return_book(&self) -> builder::ReturnBook<'_> {
        builder::ReturnBook::new(self)
    }
}
/// Types for composing operation parameters.
#[allow(clippy::all)]
pub mod builder {
    use super::types;
    #[allow(unused_imports)]
    use super::{
        encode_path, ByteStream, ClientInfo, ClientHooks, Error, OperationInfo,
        RequestBuilderExt, ResponseValue,
    };
    /**Builder for [`Client::health`]

[`Client::health`]: super::Client::health*/
    #[derive(Debug, Clone)]
    pub struct Health<'a> {
        client: &'a super::Client,
    }
    impl<'a> Health<'a> {
        pub fn new(client: &'a super::Client) -> Self {
            Self { client: client }
        }
        ///Sends a `GET` request to `/health`
        pub async fn send(self) -> Result<ResponseValue<()>, Error<()>> {
            let Self { client } = self;
            let url = format!("{}/health", client.baseurl,);
            let mut header_map = ::reqwest::header::HeaderMap::with_capacity(1usize);
            header_map
                .append(
                    ::reqwest::header::HeaderName::from_static("api-version"),
                    ::reqwest::header::HeaderValue::from_static(
                        super::Client::api_version(),
                    ),
                );
            #[allow(unused_mut)]
            let mut request = client.client.get(url).headers(header_map).build()?;
            let info = OperationInfo {
                operation_id: "health",
            };
            client.pre(&mut request, &info).await?;
            let result = client.exec(request, &info).await;
            client.post(&result, &info).await?;
            let response = result?;
            match response.status().as_u16() {
                204u16 => Ok(ResponseValue::empty(response)),
                _ => Err(Error::UnexpectedResponse(response)),
            }
        }
    }
    /**Builder for [`Client::list_books`]

[`Client::list_books`]: super::Client::list_books*/
    #[derive(Debug, Clone)]
    pub struct ListBooks<'a> {
        client: &'a super::Client,
        author: Result<Option<::std::string::String>, String>,
        limit: Result<Option<::std::num::NonZeroU64>, String>,
    }
    impl<'a> ListBooks<'a> {
        pub fn new(client: &'a super::Client) -> Self {
            Self {
                client: client,
                author: Ok(None),
                limit: Ok(None),
            }
        }
        pub fn author<V>(mut self, value: V) -> Self
        where
            V: std::convert::TryInto<::std::string::String>,
        {
            self.author = value
                .try_into()
                .map(Some)
                .map_err(|_| {
                    "conversion to `:: std :: string :: String` for author failed"
                        .to_string()
                });
            self
        }
        pub fn limit<V>(mut self, value: V) -> Self
        where
            V: std::convert::TryInto<::std::num::NonZeroU64>,
        {
            self.limit = value
                .try_into()
                .map(Some)
                .map_err(|_| {
                    "conversion to `:: std :: num :: NonZeroU64` for limit failed"
                        .to_string()
                });
            self
        }
        ///Sends a `GET` request to `/books`
        pub async fn send(
            self,
        ) -> Result<ResponseValue<::std::vec::Vec<types::Book>>, Error<types::Refusal>> {
            let Self { client, author, limit } = self;
            let author = author.map_err(Error::InvalidRequest)?;
            let limit = limit.map_err(Error::InvalidRequest)?;
            let url = format!("{}/books", client.baseurl,);
            let mut header_map = ::reqwest::header::HeaderMap::with_capacity(1usize);
            header_map
                .append(
                    ::reqwest::header::HeaderName::from_static("api-version"),
                    ::reqwest::header::HeaderValue::from_static(
                        super::Client::api_version(),
                    ),
                );
            #[allow(unused_mut)]
            let mut request = client
                .client
                .get(url)
                .header(
                    ::reqwest::header::ACCEPT,
                    ::reqwest::header::HeaderValue::from_static("application/json"),
                )
                .query(&progenitor_client::QueryParam::new("author", &author))
                .query(&progenitor_client::QueryParam::new("limit", &limit))
                .headers(header_map)
                .build()?;
            let info = OperationInfo {
                operation_id: "list_books",
            };
            client.pre(&mut request, &info).await?;
            let result = client.exec(request, &info).await;
            client.post(&result, &info).await?;
            let response = result?;
            match response.status().as_u16() {
                200u16 => ResponseValue::from_response(response).await,
                400u16 => {
                    Err(
                        Error::ErrorResponse(
                            ResponseValue::from_response(response).await?,
                        ),
                    )
                }
                _ => Err(Error::UnexpectedResponse(response)),
            }
        }
    }
    /**Builder for [`Client::add_book`]

[`Client::add_book`]: super::Client::add_book*/
    #[derive(Debug, Clone)]
    pub struct AddBook<'a> {
        client: &'a super::Client,
        body: Result<types::builder::NewBook, String>,
    }
    impl<'a> AddBook<'a> {
        pub fn new(client: &'a super::Client) -> Self {
            Self {
                client: client,
                body: Ok(::std::default::Default::default()),
            }
        }
        pub fn body<V>(mut self, value: V) -> Self
        where
            V: std::convert::TryInto<types::NewBook>,
            <V as std::convert::TryInto<types::NewBook>>::Error: std::fmt::Display,
        {
            self.body = value
                .try_into()
                .map(From::from)
                .map_err(|s| format!("conversion to `NewBook` for body failed: {}", s));
            self
        }
        pub fn body_map<F>(mut self, f: F) -> Self
        where
            F: std::ops::FnOnce(types::builder::NewBook) -> types::builder::NewBook,
        {
            self.body = self.body.map(f);
            self
        }
        ///Sends a `POST` request to `/books`
        pub async fn send(
            self,
        ) -> Result<ResponseValue<types::Book>, Error<types::Refusal>> {
            let Self { client, body } = self;
            let body = body
                .and_then(|v| types::NewBook::try_from(v).map_err(|e| e.to_string()))
                .map_err(Error::InvalidRequest)?;
            let url = format!("{}/books", client.baseurl,);
            let mut header_map = ::reqwest::header::HeaderMap::with_capacity(1usize);
            header_map
                .append(
                    ::reqwest::header::HeaderName::from_static("api-version"),
                    ::reqwest::header::HeaderValue::from_static(
                        super::Client::api_version(),
                    ),
                );
            #[allow(unused_mut)]
            let mut request = client
                .client
                .post(url)
                .header(
                    ::reqwest::header::ACCEPT,
                    ::reqwest::header::HeaderValue::from_static("application/json"),
                )
                .json(&body)
                .headers(header_map)
                .build()?;
            let info = OperationInfo {
                operation_id: "add_book",
            };
            client.pre(&mut request, &info).await?;
            let result = client.exec(request, &info).await;
            client.post(&result, &info).await?;
            let response = result?;
            match response.status().as_u16() {
                201u16 => ResponseValue::from_response(response).await,
                409u16 => {
                    Err(
                        Error::ErrorResponse(
                            ResponseValue::from_response(response).await?,
                        ),
                    )
                }
                _ => Err(Error::UnexpectedResponse(response)),
            }
        }
    }
    /**Builder for [`Client::book`]

[`Client::book`]: super::Client::book*/
    #[derive(Debug, Clone)]
    pub struct Book<'a> {
        client: &'a super::Client,
        book: Result<i64, String>,
    }
    impl<'a> Book<'a> {
        pub fn new(client: &'a super::Client) -> Self {
            Self {
                client: client,
                book: Err("book was not initialized".to_string()),
            }
        }
        pub fn book<V>(mut self, value: V) -> Self
        where
            V: std::convert::TryInto<i64>,
        {
            self.book = value
                .try_into()
                .map_err(|_| "conversion to `i64` for book failed".to_string());
            self
        }
        ///Sends a `GET` request to `/books/{book}`
        pub async fn send(
            self,
        ) -> Result<ResponseValue<types::Book>, Error<types::Refusal>> {
            let Self { client, book } = self;
            let book = book.map_err(Error::InvalidRequest)?;
            let url = format!(
                "{}/books/{}", client.baseurl, super::path_segment(& book.to_string())
                .map_err(Error::InvalidRequest) ?,
            );
            let mut header_map = ::reqwest::header::HeaderMap::with_capacity(1usize);
            header_map
                .append(
                    ::reqwest::header::HeaderName::from_static("api-version"),
                    ::reqwest::header::HeaderValue::from_static(
                        super::Client::api_version(),
                    ),
                );
            #[allow(unused_mut)]
            let mut request = client
                .client
                .get(url)
                .header(
                    ::reqwest::header::ACCEPT,
                    ::reqwest::header::HeaderValue::from_static("application/json"),
                )
                .headers(header_map)
                .build()?;
            let info = OperationInfo {
                operation_id: "book",
            };
            client.pre(&mut request, &info).await?;
            let result = client.exec(request, &info).await;
            client.post(&result, &info).await?;
            let response = result?;
            match response.status().as_u16() {
                200u16 => ResponseValue::from_response(response).await,
                404u16 => {
                    Err(
                        Error::ErrorResponse(
                            ResponseValue::from_response(response).await?,
                        ),
                    )
                }
                _ => Err(Error::UnexpectedResponse(response)),
            }
        }
    }
    /**Builder for [`Client::replace_book`]

[`Client::replace_book`]: super::Client::replace_book*/
    #[derive(Debug, Clone)]
    pub struct ReplaceBook<'a> {
        client: &'a super::Client,
        book: Result<i64, String>,
        body: Result<types::builder::NewBook, String>,
    }
    impl<'a> ReplaceBook<'a> {
        pub fn new(client: &'a super::Client) -> Self {
            Self {
                client: client,
                book: Err("book was not initialized".to_string()),
                body: Ok(::std::default::Default::default()),
            }
        }
        pub fn book<V>(mut self, value: V) -> Self
        where
            V: std::convert::TryInto<i64>,
        {
            self.book = value
                .try_into()
                .map_err(|_| "conversion to `i64` for book failed".to_string());
            self
        }
        pub fn body<V>(mut self, value: V) -> Self
        where
            V: std::convert::TryInto<types::NewBook>,
            <V as std::convert::TryInto<types::NewBook>>::Error: std::fmt::Display,
        {
            self.body = value
                .try_into()
                .map(From::from)
                .map_err(|s| format!("conversion to `NewBook` for body failed: {}", s));
            self
        }
        pub fn body_map<F>(mut self, f: F) -> Self
        where
            F: std::ops::FnOnce(types::builder::NewBook) -> types::builder::NewBook,
        {
            self.body = self.body.map(f);
            self
        }
        ///Sends a `PUT` request to `/books/{book}`
        pub async fn send(
            self,
        ) -> Result<ResponseValue<types::Book>, Error<types::Refusal>> {
            let Self { client, book, body } = self;
            let book = book.map_err(Error::InvalidRequest)?;
            let body = body
                .and_then(|v| types::NewBook::try_from(v).map_err(|e| e.to_string()))
                .map_err(Error::InvalidRequest)?;
            let url = format!(
                "{}/books/{}", client.baseurl, super::path_segment(& book.to_string())
                .map_err(Error::InvalidRequest) ?,
            );
            let mut header_map = ::reqwest::header::HeaderMap::with_capacity(1usize);
            header_map
                .append(
                    ::reqwest::header::HeaderName::from_static("api-version"),
                    ::reqwest::header::HeaderValue::from_static(
                        super::Client::api_version(),
                    ),
                );
            #[allow(unused_mut)]
            let mut request = client
                .client
                .put(url)
                .header(
                    ::reqwest::header::ACCEPT,
                    ::reqwest::header::HeaderValue::from_static("application/json"),
                )
                .json(&body)
                .headers(header_map)
                .build()?;
            let info = OperationInfo {
                operation_id: "replace_book",
            };
            client.pre(&mut request, &info).await?;
            let result = client.exec(request, &info).await;
            client.post(&result, &info).await?;
            let response = result?;
            match response.status().as_u16() {
                200u16 => ResponseValue::from_response(response).await,
                404u16 => {
                    Err(
                        Error::ErrorResponse(
                            ResponseValue::from_response(response).await?,
                        ),
                    )
                }
                _ => Err(Error::UnexpectedResponse(response)),
            }
        }
    }
    /**Builder for [`Client::remove_book`]

[`Client::remove_book`]: super::Client::remove_book*/
    #[derive(Debug, Clone)]
    pub struct RemoveBook<'a> {
        client: &'a super::Client,
        book: Result<i64, String>,
    }
    impl<'a> RemoveBook<'a> {
        pub fn new(client: &'a super::Client) -> Self {
            Self {
                client: client,
                book: Err("book was not initialized".to_string()),
            }
        }
        pub fn book<V>(mut self, value: V) -> Self
        where
            V: std::convert::TryInto<i64>,
        {
            self.book = value
                .try_into()
                .map_err(|_| "conversion to `i64` for book failed".to_string());
            self
        }
        ///Sends a `DELETE` request to `/books/{book}`
        pub async fn send(self) -> Result<ResponseValue<()>, Error<types::Refusal>> {
            let Self { client, book } = self;
            let book = book.map_err(Error::InvalidRequest)?;
            let url = format!(
                "{}/books/{}", client.baseurl, super::path_segment(& book.to_string())
                .map_err(Error::InvalidRequest) ?,
            );
            let mut header_map = ::reqwest::header::HeaderMap::with_capacity(1usize);
            header_map
                .append(
                    ::reqwest::header::HeaderName::from_static("api-version"),
                    ::reqwest::header::HeaderValue::from_static(
                        super::Client::api_version(),
                    ),
                );
            #[allow(unused_mut)]
            let mut request = client
                .client
                .delete(url)
                .header(
                    ::reqwest::header::ACCEPT,
                    ::reqwest::header::HeaderValue::from_static("application/json"),
                )
                .headers(header_map)
                .build()?;
            let info = OperationInfo {
                operation_id: "remove_book",
            };
            client.pre(&mut request, &info).await?;
            let result = client.exec(request, &info).await;
            client.post(&result, &info).await?;
            let response = result?;
            match response.status().as_u16() {
                204u16 => Ok(ResponseValue::empty(response)),
                404u16 => {
                    Err(
                        Error::ErrorResponse(
                            ResponseValue::from_response(response).await?,
                        ),
                    )
                }
                409u16 => {
                    Err(
                        Error::ErrorResponse(
                            ResponseValue::from_response(response).await?,
                        ),
                    )
                }
                _ => Err(Error::UnexpectedResponse(response)),
            }
        }
    }
    /**Builder for [`Client::cover`]

[`Client::cover`]: super::Client::cover*/
    #[derive(Debug, Clone)]
    pub struct Cover<'a> {
        client: &'a super::Client,
        book: Result<i64, String>,
    }
    impl<'a> Cover<'a> {
        pub fn new(client: &'a super::Client) -> Self {
            Self {
                client: client,
                book: Err("book was not initialized".to_string()),
            }
        }
        pub fn book<V>(mut self, value: V) -> Self
        where
            V: std::convert::TryInto<i64>,
        {
            self.book = value
                .try_into()
                .map_err(|_| "conversion to `i64` for book failed".to_string());
            self
        }
        ///Sends a `GET` request to `/books/{book}/cover`
        pub async fn send(self) -> Result<ResponseValue<ByteStream>, Error<()>> {
            let Self { client, book } = self;
            let book = book.map_err(Error::InvalidRequest)?;
            let url = format!(
                "{}/books/{}/cover", client.baseurl, super::path_segment(& book
                .to_string()).map_err(Error::InvalidRequest) ?,
            );
            let mut header_map = ::reqwest::header::HeaderMap::with_capacity(1usize);
            header_map
                .append(
                    ::reqwest::header::HeaderName::from_static("api-version"),
                    ::reqwest::header::HeaderValue::from_static(
                        super::Client::api_version(),
                    ),
                );
            #[allow(unused_mut)]
            let mut request = client.client.get(url).headers(header_map).build()?;
            let info = OperationInfo {
                operation_id: "cover",
            };
            client.pre(&mut request, &info).await?;
            let result = client.exec(request, &info).await;
            client.post(&result, &info).await?;
            let response = result?;
            match response.status().as_u16() {
                200u16 => Ok(ResponseValue::stream(response)),
                404u16 => Err(Error::ErrorResponse(ResponseValue::empty(response))),
                _ => Err(Error::UnexpectedResponse(response)),
            }
        }
    }
    /**Builder for [`Client::upload_cover`]

[`Client::upload_cover`]: super::Client::upload_cover*/
    #[derive(Debug)]
    pub struct UploadCover<'a> {
        client: &'a super::Client,
        book: Result<i64, String>,
        body_content_type: Result<::std::string::String, String>,
        body: Result<reqwest::Body, String>,
    }
    impl<'a> UploadCover<'a> {
        pub fn new(client: &'a super::Client) -> Self {
            Self {
                client: client,
                book: Err("book was not initialized".to_string()),
                body_content_type: Err(
                    "body_content_type was not initialized".to_string(),
                ),
                body: Err("body was not initialized".to_string()),
            }
        }
        pub fn book<V>(mut self, value: V) -> Self
        where
            V: std::convert::TryInto<i64>,
        {
            self.book = value
                .try_into()
                .map_err(|_| "conversion to `i64` for book failed".to_string());
            self
        }
        pub fn body_content_type<V>(mut self, value: V) -> Self
        where
            V: std::convert::TryInto<::std::string::String>,
        {
            self.body_content_type = value
                .try_into()
                .map_err(|_| {
                    "conversion to `:: std :: string :: String` for body_content_type failed"
                        .to_string()
                });
            self
        }
        pub fn body<B>(mut self, value: B) -> Self
        where
            B: std::convert::TryInto<reqwest::Body>,
        {
            self.body = value
                .try_into()
                .map_err(|_| {
                    "conversion to `reqwest::Body` for body failed".to_string()
                });
            self
        }
        ///Sends a `PUT` request to `/books/{book}/cover`
        pub async fn send(self) -> Result<ResponseValue<()>, Error<types::Refusal>> {
            let Self { client, book, body_content_type, body } = self;
            let book = book.map_err(Error::InvalidRequest)?;
            let body_content_type = body_content_type.map_err(Error::InvalidRequest)?;
            let body = body.map_err(Error::InvalidRequest)?;
            let url = format!(
                "{}/books/{}/cover", client.baseurl, super::path_segment(& book
                .to_string()).map_err(Error::InvalidRequest) ?,
            );
            let mut header_map = ::reqwest::header::HeaderMap::with_capacity(2usize);
            header_map
                .append(
                    ::reqwest::header::HeaderName::from_static("api-version"),
                    ::reqwest::header::HeaderValue::from_static(
                        super::Client::api_version(),
                    ),
                );
            header_map.append("content-type", body_content_type.to_string().try_into()?);
            #[allow(unused_mut)]
            let mut request = client
                .client
                .put(url)
                .header(
                    ::reqwest::header::ACCEPT,
                    ::reqwest::header::HeaderValue::from_static("application/json"),
                )
                .header(
                    ::reqwest::header::CONTENT_TYPE,
                    ::reqwest::header::HeaderValue::from_static(
                        "application/octet-stream",
                    ),
                )
                .body(body)
                .headers(header_map)
                .build()?;
            let info = OperationInfo {
                operation_id: "upload_cover",
            };
            client.pre(&mut request, &info).await?;
            let result = client.exec(request, &info).await;
            client.post(&result, &info).await?;
            let response = result?;
            match response.status().as_u16() {
                204u16 => Ok(ResponseValue::empty(response)),
                404u16 => {
                    Err(
                        Error::ErrorResponse(
                            ResponseValue::from_response(response).await?,
                        ),
                    )
                }
                _ => Err(Error::UnexpectedResponse(response)),
            }
        }
    }
    /**Builder for [`Client::list_loans`]

[`Client::list_loans`]: super::Client::list_loans*/
    #[derive(Debug, Clone)]
    pub struct ListLoans<'a> {
        client: &'a super::Client,
        returned: Result<Option<bool>, String>,
    }
    impl<'a> ListLoans<'a> {
        pub fn new(client: &'a super::Client) -> Self {
            Self {
                client: client,
                returned: Ok(None),
            }
        }
        pub fn returned<V>(mut self, value: V) -> Self
        where
            V: std::convert::TryInto<bool>,
        {
            self.returned = value
                .try_into()
                .map(Some)
                .map_err(|_| "conversion to `bool` for returned failed".to_string());
            self
        }
        ///Sends a `GET` request to `/loans`
        pub async fn send(
            self,
        ) -> Result<ResponseValue<::std::vec::Vec<types::Loan>>, Error<types::Refusal>> {
            let Self { client, returned } = self;
            let returned = returned.map_err(Error::InvalidRequest)?;
            let url = format!("{}/loans", client.baseurl,);
            let mut header_map = ::reqwest::header::HeaderMap::with_capacity(1usize);
            header_map
                .append(
                    ::reqwest::header::HeaderName::from_static("api-version"),
                    ::reqwest::header::HeaderValue::from_static(
                        super::Client::api_version(),
                    ),
                );
            #[allow(unused_mut)]
            let mut request = client
                .client
                .get(url)
                .header(
                    ::reqwest::header::ACCEPT,
                    ::reqwest::header::HeaderValue::from_static("application/json"),
                )
                .query(&progenitor_client::QueryParam::new("returned", &returned))
                .headers(header_map)
                .build()?;
            let info = OperationInfo {
                operation_id: "list_loans",
            };
            client.pre(&mut request, &info).await?;
            let result = client.exec(request, &info).await;
            client.post(&result, &info).await?;
            let response = result?;
            match response.status().as_u16() {
                200u16 => ResponseValue::from_response(response).await,
                400u16 => {
                    Err(
                        Error::ErrorResponse(
                            ResponseValue::from_response(response).await?,
                        ),
                    )
                }
                _ => Err(Error::UnexpectedResponse(response)),
            }
        }
    }
    /**Builder for [`Client::lend_book`]

[`Client::lend_book`]: super::Client::lend_book*/
    #[derive(Debug, Clone)]
    pub struct LendBook<'a> {
        client: &'a super::Client,
        body: Result<types::builder::NewLoan, String>,
    }
    impl<'a> LendBook<'a> {
        pub fn new(client: &'a super::Client) -> Self {
            Self {
                client: client,
                body: Ok(::std::default::Default::default()),
            }
        }
        pub fn body<V>(mut self, value: V) -> Self
        where
            V: std::convert::TryInto<types::NewLoan>,
            <V as std::convert::TryInto<types::NewLoan>>::Error: std::fmt::Display,
        {
            self.body = value
                .try_into()
                .map(From::from)
                .map_err(|s| format!("conversion to `NewLoan` for body failed: {}", s));
            self
        }
        pub fn body_map<F>(mut self, f: F) -> Self
        where
            F: std::ops::FnOnce(types::builder::NewLoan) -> types::builder::NewLoan,
        {
            self.body = self.body.map(f);
            self
        }
        ///Sends a `POST` request to `/loans`
        pub async fn send(
            self,
        ) -> Result<ResponseValue<types::Loan>, Error<types::Refusal>> {
            let Self { client, body } = self;
            let body = body
                .and_then(|v| types::NewLoan::try_from(v).map_err(|e| e.to_string()))
                .map_err(Error::InvalidRequest)?;
            let url = format!("{}/loans", client.baseurl,);
            let mut header_map = ::reqwest::header::HeaderMap::with_capacity(1usize);
            header_map
                .append(
                    ::reqwest::header::HeaderName::from_static("api-version"),
                    ::reqwest::header::HeaderValue::from_static(
                        super::Client::api_version(),
                    ),
                );
            #[allow(unused_mut)]
            let mut request = client
                .client
                .post(url)
                .header(
                    ::reqwest::header::ACCEPT,
                    ::reqwest::header::HeaderValue::from_static("application/json"),
                )
                .form_urlencoded(&body)?
                .headers(header_map)
                .build()?;
            let info = OperationInfo {
                operation_id: "lend_book",
            };
            client.pre(&mut request, &info).await?;
            let result = client.exec(request, &info).await;
            client.post(&result, &info).await?;
            let response = result?;
            match response.status().as_u16() {
                201u16 => ResponseValue::from_response(response).await,
                409u16 => {
                    Err(
                        Error::ErrorResponse(
                            ResponseValue::from_response(response).await?,
                        ),
                    )
                }
                _ => Err(Error::UnexpectedResponse(response)),
            }
        }
    }
    /**Builder for [`Client::loan`]

[`Client::loan`]: super::Client::loan*/
    #[derive(Debug, Clone)]
    pub struct Loan<'a> {
        client: &'a super::Client,
        loan: Result<::uuid::Uuid, String>,
    }
    impl<'a> Loan<'a> {
        pub fn new(client: &'a super::Client) -> Self {
            Self {
                client: client,
                loan: Err("loan was not initialized".to_string()),
            }
        }
        pub fn loan<V>(mut self, value: V) -> Self
        where
            V: std::convert::TryInto<::uuid::Uuid>,
        {
            self.loan = value
                .try_into()
                .map_err(|_| {
                    "conversion to `:: uuid :: Uuid` for loan failed".to_string()
                });
            self
        }
        ///Sends a `GET` request to `/loans/{loan}`
        pub async fn send(
            self,
        ) -> Result<ResponseValue<types::Loan>, Error<types::Refusal>> {
            let Self { client, loan } = self;
            let loan = loan.map_err(Error::InvalidRequest)?;
            let url = format!(
                "{}/loans/{}", client.baseurl, super::path_segment(& loan.to_string())
                .map_err(Error::InvalidRequest) ?,
            );
            let mut header_map = ::reqwest::header::HeaderMap::with_capacity(1usize);
            header_map
                .append(
                    ::reqwest::header::HeaderName::from_static("api-version"),
                    ::reqwest::header::HeaderValue::from_static(
                        super::Client::api_version(),
                    ),
                );
            #[allow(unused_mut)]
            let mut request = client
                .client
                .get(url)
                .header(
                    ::reqwest::header::ACCEPT,
                    ::reqwest::header::HeaderValue::from_static("application/json"),
                )
                .headers(header_map)
                .build()?;
            let info = OperationInfo {
                operation_id: "loan",
            };
            client.pre(&mut request, &info).await?;
            let result = client.exec(request, &info).await;
            client.post(&result, &info).await?;
            let response = result?;
            match response.status().as_u16() {
                200u16 => ResponseValue::from_response(response).await,
                404u16 => {
                    Err(
                        Error::ErrorResponse(
                            ResponseValue::from_response(response).await?,
                        ),
                    )
                }
                _ => Err(Error::UnexpectedResponse(response)),
            }
        }
    }
    /**Builder for [`Client::return_book`]

[`Client::return_book`]: super::Client::return_book*/
    #[derive(Debug, Clone)]
    pub struct ReturnBook<'a> {
        client: &'a super::Client,
        loan: Result<::uuid::Uuid, String>,
    }
    impl<'a> ReturnBook<'a> {
        pub fn new(client: &'a super::Client) -> Self {
            Self {
                client: client,
                loan: Err("loan was not initialized".to_string()),
            }
        }
        pub fn loan<V>(mut self, value: V) -> Self
        where
            V: std::convert::TryInto<::uuid::Uuid>,
        {
            self.loan = value
                .try_into()
                .map_err(|_| {
                    "conversion to `:: uuid :: Uuid` for loan failed".to_string()
                });
            self
        }
        ///Sends a `POST` request to `/loans/{loan}/return`
        pub async fn send(
            self,
        ) -> Result<ResponseValue<types::Loan>, Error<types::Refusal>> {
            let Self { client, loan } = self;
            let loan = loan.map_err(Error::InvalidRequest)?;
            let url = format!(
                "{}/loans/{}/return", client.baseurl, super::path_segment(& loan
                .to_string()).map_err(Error::InvalidRequest) ?,
            );
            let mut header_map = ::reqwest::header::HeaderMap::with_capacity(1usize);
            header_map
                .append(
                    ::reqwest::header::HeaderName::from_static("api-version"),
                    ::reqwest::header::HeaderValue::from_static(
                        super::Client::api_version(),
                    ),
                );
            #[allow(unused_mut)]
            let mut request = client
                .client
                .post(url)
                .header(
                    ::reqwest::header::ACCEPT,
                    ::reqwest::header::HeaderValue::from_static("application/json"),
                )
                .headers(header_map)
                .build()?;
            let info = OperationInfo {
                operation_id: "return_book",
            };
            client.pre(&mut request, &info).await?;
            let result = client.exec(request, &info).await;
            client.post(&result, &info).await?;
            let response = result?;
            match response.status().as_u16() {
                200u16 => ResponseValue::from_response(response).await,
                404u16 => {
                    Err(
                        Error::ErrorResponse(
                            ResponseValue::from_response(response).await?,
                        ),
                    )
                }
                _ => Err(Error::UnexpectedResponse(response)),
            }
        }
    }
}
/// Items consumers will typically use such as the Client.
pub mod prelude {
    pub use self::super::Client;
}
/// A value as one segment of a path. In a URL, `\` is read as `/`, and a segment that is empty, `.`
/// or `..` is removed.
fn path_segment(value: &str) -> Result<String, String> {
    match value {
        "" | "." | ".." => {
            Err("a segment of a path cannot be empty, `.` or `..`".to_owned())
        }
        value => Ok(encode_path(value).replace('\\', "%5C")),
    }
}
