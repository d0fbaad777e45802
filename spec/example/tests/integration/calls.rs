//! The generated client calls the server.

use dropshot::{HttpServer, ServerBuilder};
use futures::TryStreamExt as _;
use specfirst_example::{
    Library, Shelves,
    api::library_api_mod,
    client::{
        Client, Error,
        types::{NewBook, NewLoan, Refusal},
    },
};

fn start() -> (HttpServer<Shelves>, Client) {
    let api = library_api_mod::api_description::<Library>().unwrap();
    let log = slog::Logger::root(slog::Discard, slog::o!());
    let server = ServerBuilder::new(api, Shelves::default(), log).start().unwrap();
    let client = Client::new(&format!("http://{}", server.local_addr()));
    (server, client)
}

fn new_book(title: &str) -> NewBook {
    let (title, author) = (title.to_owned(), "Le Guin".to_owned());
    NewBook { title, author, subtitle: None }
}

/// The status and the reason of a documented error.
fn refused<T: std::fmt::Debug>(result: Result<T, Error<Refusal>>) -> (u16, String) {
    match result.unwrap_err() {
        Error::ErrorResponse(response) => {
            (response.status().as_u16(), response.into_inner().reason)
        }
        other => panic!("{other}"),
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn books_are_added_listed_replaced_and_removed() {
    let (_server, client) = start();
    client.health().send().await.unwrap();
    let added = client.add_book().body(new_book("Lavinia")).send().await.unwrap();
    assert_eq!((added.status().as_u16(), added.number), (201, 1));
    client.add_book().body(new_book("Rocannon's world & other ✓")).send().await.unwrap();
    let twice = client.add_book().body(new_book("Lavinia")).send().await;
    assert_eq!(refused(twice), (409, "the library has this book".to_owned()));

    let listed = client.list_books().author("Le Guin").limit(1u64).send();
    let titles: Vec<String> = match listed.await {
        Ok(books) => books.iter().map(|book| book.title.clone()).collect(),
        Err(error) => panic!("{error}"),
    };
    assert_eq!(titles, ["Lavinia"]);
    assert_eq!(client.list_books().author("Nobody").send().await.unwrap().len(), 0);

    let book = NewBook { subtitle: Some("A novel".to_owned()), ..new_book("Lavinia") };
    let replaced = client.replace_book().book(1).body(book).send().await.unwrap();
    assert_eq!(replaced.subtitle.as_deref(), Some("A novel"));
    assert_eq!(client.book().book(2).send().await.unwrap().title, "Rocannon's world & other ✓");

    client.remove_book().book(1).send().await.unwrap();
    let missing = (404, "there is no such book".to_owned());
    assert_eq!(refused(client.book().book(1).send().await), missing);
    assert_eq!(refused(client.remove_book().book(1).send().await), missing);
}

#[tokio::test(flavor = "multi_thread")]
async fn book_is_lent_by_a_form_and_returned() {
    let (_server, client) = start();
    client.add_book().body(new_book("Lavinia")).send().await.unwrap();
    let form = |book| {
        let due = chrono::NaiveDate::from_ymd_opt(2030, 2, 28).unwrap();
        NewLoan { book, reader: "Ann & Bob = readers + ✓".to_owned(), due }
    };
    let lent = client.lend_book().body(form(1)).send().await.unwrap().into_inner();
    assert_eq!((lent.reader.as_str(), lent.returned), ("Ann & Bob = readers + ✓", false));
    assert_eq!(lent.due.to_string(), "2030-02-28");
    let conflict = (409, "the book is not on the shelf".to_owned());
    assert_eq!(refused(client.lend_book().body(form(1)).send().await), conflict);
    assert_eq!(refused(client.remove_book().book(1).send().await).0, 409);

    assert_eq!(client.loan().loan(lent.id).send().await.unwrap().book, 1);
    assert_eq!(client.list_loans().returned(true).send().await.unwrap().len(), 0);
    assert!(client.return_book().loan(lent.id).send().await.unwrap().returned);
    assert_eq!(client.list_loans().returned(true).send().await.unwrap().len(), 1);
    let other = uuid::Uuid::from_u128(99);
    assert_eq!(refused(client.return_book().loan(other).send().await).0, 404);
}

#[tokio::test(flavor = "multi_thread")]
async fn cover_is_uploaded_in_parts_and_comes_back_unchanged() {
    let (_server, client) = start();
    client.add_book().body(new_book("Lavinia")).send().await.unwrap();
    let missing = client.cover().book(1).send().await.map(drop).unwrap_err();
    assert!(matches!(missing, Error::ErrorResponse(response) if response.status() == 404));

    let image = "\u{0}PNG";
    let body = format!(
        "--x\r\nContent-Disposition: form-data; name=\"image\"; filename=\"a\"\r\n\r\n{image}\r\n--x--\r\n"
    );
    // A body in parts names its boundary in the media type.
    let upload = client
        .upload_cover()
        .book(1)
        .body_content_type("multipart/form-data; boundary=x")
        .body(body)
        .send();
    assert_eq!(upload.await.unwrap().status(), 204);

    let stream = client.cover().book(1).send().await.unwrap().into_inner().into_inner();
    let chunks: Vec<_> = stream.try_collect().await.unwrap();
    assert_eq!(chunks.concat(), image.as_bytes());
}
