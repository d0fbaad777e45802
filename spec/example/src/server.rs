//! The handlers. Each returns one of the responses that the document describes.

use std::{
    collections::BTreeMap,
    sync::{Mutex, MutexGuard, PoisonError},
};

use dropshot::{MultipartBody, Path, Query, RequestContext, TypedBody};
use specfirst_dropshot::{ApiError, Problem, Response};
use uuid::Uuid;

use crate::api::{
    AddBookResponse, BookPath, BookResponse, CoverPath, CoverResponse, HealthResponse,
    LendBookResponse, LibraryApi, ListBooksQuery, ListBooksResponse, ListLoansQuery,
    ListLoansResponse, LoanPath, LoanResponse, RemoveBookPath, RemoveBookResponse, ReplaceBookPath,
    ReplaceBookResponse, ReturnBookPath, ReturnBookResponse, UploadCoverPath, UploadCoverResponse,
    types::{Book, Loan, NewBook, NewLoan, Refusal},
};

/// The most books that a list may have.
const MAX_BOOKS: u64 = 100;

/// The books and loans, in memory.
#[derive(Debug, Default)]
pub struct Shelves(Mutex<Contents>);

#[derive(Debug, Default)]
struct Contents {
    books: BTreeMap<i64, Book>,
    covers: BTreeMap<i64, Vec<u8>>,
    loans: BTreeMap<Uuid, Loan>,
}

impl Shelves {
    fn lock(&self) -> MutexGuard<'_, Contents> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Contents {
    fn is_lent(&self, book: i64) -> bool {
        self.loans.values().any(|loan| loan.book == book && !loan.returned)
    }
}

fn refusal(reason: &str) -> Refusal {
    Refusal { reason: reason.to_owned() }
}

fn no_book() -> Refusal {
    refusal("there is no such book")
}

fn no_loan() -> Refusal {
    refusal("there is no such loan")
}

fn book_of(number: i64, book: NewBook) -> Book {
    let NewBook { title, author, subtitle } = book;
    Book { number, title, author, subtitle }
}

/// What a handler returns.
type Handled<R> = Result<Response<R, Problem>, ApiError<Problem>>;

/// The library, which implements the generated trait.
#[derive(Debug)]
pub enum Library {}

impl LibraryApi for Library {
    type Context = Shelves;

    async fn health(_: RequestContext<Shelves>) -> Handled<HealthResponse> {
        Ok(HealthResponse::NoContent.into())
    }

    async fn list_books(
        rqctx: RequestContext<Shelves>,
        query: Query<ListBooksQuery>,
    ) -> Handled<ListBooksResponse> {
        let ListBooksQuery { author, limit } = query.into_inner();
        let limit = limit.map_or(MAX_BOOKS, std::num::NonZeroU64::get);
        if limit > MAX_BOOKS {
            return Ok(ListBooksResponse::BadRequest(refusal("`limit` is at most 100")).into());
        }
        let contents = rqctx.context().lock();
        let of_author = |book: &&Book| author.as_ref().is_none_or(|author| *author == book.author);
        let limit = usize::try_from(limit).unwrap_or(usize::MAX);
        let books = contents.books.values().filter(of_author).take(limit).cloned().collect();
        Ok(ListBooksResponse::Ok(books).into())
    }

    async fn add_book(
        rqctx: RequestContext<Shelves>,
        body: TypedBody<NewBook>,
    ) -> Handled<AddBookResponse> {
        let new = body.into_inner();
        let mut contents = rqctx.context().lock();
        let is_same = |book: &Book| book.title == new.title && book.author == new.author;
        if contents.books.values().any(is_same) {
            return Ok(AddBookResponse::Conflict(refusal("the library has this book")).into());
        }
        let number = contents.books.last_key_value().map_or(1, |(last, _)| last + 1);
        let book = book_of(number, new);
        contents.books.insert(number, book.clone());
        Ok(AddBookResponse::Created(book).into())
    }

    async fn book(rqctx: RequestContext<Shelves>, path: Path<BookPath>) -> Handled<BookResponse> {
        let contents = rqctx.context().lock();
        Ok(match contents.books.get(&path.into_inner().book) {
            Some(book) => BookResponse::Ok(book.clone()),
            None => BookResponse::NotFound(no_book()),
        }
        .into())
    }

    async fn replace_book(
        rqctx: RequestContext<Shelves>,
        path: Path<ReplaceBookPath>,
        body: TypedBody<NewBook>,
    ) -> Handled<ReplaceBookResponse> {
        let mut contents = rqctx.context().lock();
        let number = path.into_inner().book;
        Ok(match contents.books.get_mut(&number) {
            Some(book) => {
                *book = book_of(number, body.into_inner());
                ReplaceBookResponse::Ok(book.clone())
            }
            None => ReplaceBookResponse::NotFound(no_book()),
        }
        .into())
    }

    async fn remove_book(
        rqctx: RequestContext<Shelves>,
        path: Path<RemoveBookPath>,
    ) -> Handled<RemoveBookResponse> {
        let mut contents = rqctx.context().lock();
        let number = path.into_inner().book;
        Ok(if contents.is_lent(number) {
            RemoveBookResponse::Conflict(refusal("somebody has borrowed the book"))
        } else if contents.books.remove(&number).is_some() {
            contents.covers.remove(&number);
            RemoveBookResponse::NoContent
        } else {
            RemoveBookResponse::NotFound(no_book())
        }
        .into())
    }

    async fn cover(
        rqctx: RequestContext<Shelves>,
        path: Path<CoverPath>,
    ) -> Handled<CoverResponse> {
        let contents = rqctx.context().lock();
        Ok(match contents.covers.get(&path.into_inner().book) {
            Some(image) => CoverResponse::Ok(image.clone().into()),
            None => CoverResponse::NotFound,
        }
        .into())
    }

    async fn upload_cover(
        rqctx: RequestContext<Shelves>,
        path: Path<UploadCoverPath>,
        body: MultipartBody,
    ) -> Handled<UploadCoverResponse> {
        let mut form = body.content;
        let bad = |text: String| dropshot::HttpError::for_bad_request(None, text);
        let mut image = None;
        while let Some(field) = form.next_field().await.map_err(|error| bad(error.to_string()))? {
            if field.name() == Some("image") {
                image = Some(field.bytes().await.map_err(|error| bad(error.to_string()))?);
            }
        }
        let image = image.ok_or_else(|| bad("the part `image` is missing".to_owned()))?;
        let mut contents = rqctx.context().lock();
        let number = path.into_inner().book;
        if !contents.books.contains_key(&number) {
            return Ok(UploadCoverResponse::NotFound(no_book()).into());
        }
        contents.covers.insert(number, image.to_vec());
        Ok(UploadCoverResponse::NoContent.into())
    }

    async fn list_loans(
        rqctx: RequestContext<Shelves>,
        query: Query<ListLoansQuery>,
    ) -> Handled<ListLoansResponse> {
        let returned = query.into_inner().returned;
        let contents = rqctx.context().lock();
        let fits = |loan: &&Loan| returned.is_none_or(|returned| loan.returned == returned);
        let loans = contents.loans.values().filter(fits).cloned().collect();
        Ok(ListLoansResponse::Ok(loans).into())
    }

    async fn lend_book(
        rqctx: RequestContext<Shelves>,
        body: TypedBody<NewLoan>,
    ) -> Handled<LendBookResponse> {
        let NewLoan { book, reader, due } = body.into_inner();
        let mut contents = rqctx.context().lock();
        if !contents.books.contains_key(&book) || contents.is_lent(book) {
            return Ok(LendBookResponse::Conflict(refusal("the book is not on the shelf")).into());
        }
        let id = Uuid::from_u128(contents.loans.len() as u128 + 1);
        let loan = Loan { id, book, reader, due, returned: false };
        contents.loans.insert(id, loan.clone());
        Ok(LendBookResponse::Created(loan).into())
    }

    async fn loan(rqctx: RequestContext<Shelves>, path: Path<LoanPath>) -> Handled<LoanResponse> {
        let contents = rqctx.context().lock();
        Ok(match contents.loans.get(&path.into_inner().loan) {
            Some(loan) => LoanResponse::Ok(loan.clone()),
            None => LoanResponse::NotFound(no_loan()),
        }
        .into())
    }

    async fn return_book(
        rqctx: RequestContext<Shelves>,
        path: Path<ReturnBookPath>,
    ) -> Handled<ReturnBookResponse> {
        let mut contents = rqctx.context().lock();
        Ok(match contents.loans.get_mut(&path.into_inner().loan) {
            Some(loan) => {
                loan.returned = true;
                ReturnBookResponse::Ok(loan.clone())
            }
            None => ReturnBookResponse::NotFound(no_loan()),
        }
        .into())
    }
}
