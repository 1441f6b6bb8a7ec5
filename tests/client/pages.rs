//! Lists in pages: requests, items, errors, and the end.

use exh_oauth1::{
    Authorization, Client, Credentials, Request, Signer,
    client::{BaseUrl, Configuration, Error, PageFault, Rql, Unexpected},
};
use serde::Deserialize;
use serde_json::value::RawValue;

use crate::support::{
    list::{limit, page, query, serve},
    recorder::{self, Recorder},
};

#[derive(Debug, Deserialize, PartialEq)]
struct Item {
    id: usize,
}

fn signer() -> Signer {
    Signer::new(Credentials::new("key", "secret")).token(Credentials::new("token", "other"))
}

fn client(server: &Recorder) -> Client {
    let base_url = BaseUrl::from_url(&server.url(), false).unwrap();
    Client::builder(Configuration::new(base_url, signer())).build().unwrap()
}

fn item(number: usize) -> String {
    format!("{{\"id\":{number}}}")
}

/// The identifiers of all items, and the queries that were sent.
fn followed(server: &Recorder, path: &str) -> (Vec<usize>, Vec<String>) {
    let items = client(server).items::<Item>(path).unwrap();
    let items = items.map(|item| item.unwrap().id).collect();
    let requests = server.requests();
    let queries = requests.iter().map(|request| query(request).to_owned()).collect();
    (items, queries)
}

#[test]
fn a_list_is_followed_to_its_end() {
    let server = serve(120, 50, item);
    let (items, queries) = followed(&server, "/users/v1/");
    assert_eq!(items, Vec::from_iter(0..120));
    assert_eq!(queries, ["limit(50)", "limit(50,50)", "limit(50,100)"]);
    // One request per page, also if the last page is full or the list is empty.
    for (total, pages) in [(100, 2), (50, 1), (1, 1), (0, 1)] {
        let server = serve(total, 50, item);
        let (items, queries) = followed(&server, "/users/v1/?");
        assert_eq!((items.len(), queries.len()), (total, pages));
    }
}

#[test]
fn a_limit_sets_the_page_size_and_the_start() {
    let server = serve(25, 50, item);
    let (items, queries) = followed(&server, "/x/?eq(a,b%2528)&limit(10,3)&sort(-id)&c=d%20e");
    assert_eq!(items, Vec::from_iter(3..25));
    let expected = [3, 13, 23].map(|offset| format!("eq(a,b%2528)&sort(-id)&c=d%20e&limit(10,{offset})"));
    assert_eq!(queries, expected);
    // Another client may encode it. The API may return fewer items than requested.
    let server = serve(70, 30, item);
    let (items, queries) = followed(&server, "/x/?limit%28100%29");
    assert_eq!(items, Vec::from_iter(0..70));
    assert_eq!(queries, ["limit(100)", "limit(30,30)", "limit(30,60)"]);
}

#[test]
fn a_list_without_a_total_ends_with_an_empty_page() {
    let server = serve(5, 50, item);
    let (items, queries) = followed(&server, "/x/?skipCount()&limit(2)");
    assert_eq!(items, Vec::from_iter(0..5));
    assert_eq!(queries.len(), 4);
    assert_eq!(limit(&queries[3]), (2, 5));
}

#[test]
fn a_count_that_is_too_small_loses_no_item() {
    // Five items, of which the server counts fewer: always, or until the others are returned.
    for counted in [0, 1, 3] {
        let mut offset = 0;
        let server = Recorder::start(move |_| {
            let items = Vec::from_iter((offset..5.min(offset + 2)).map(item));
            let body = page(Some(counted), offset, 2, &items);
            offset += 2;
            recorder::json(200, &body)
        });
        let (items, queries) = followed(&server, "/x?limit(2)");
        assert_eq!(items, [0, 1, 2, 3, 4], "{counted}");
        assert_eq!(queries.len(), 3, "{counted}");
    }
}

#[test]
fn each_page_is_signed_when_it_is_requested() {
    let server = serve(3, 50, item);
    let rql = Rql::new().eq("email", "zoë [1]@example.com").sort(["+id"]).limit(2);
    let request = client(&server).request("GET", "/users/v1/").unwrap();
    let pages: Vec<_> = request.rql(&rql).unwrap().pages::<Item>().unwrap().collect();
    let [Ok(first), Ok(second)] = &pages[..] else { panic!("{pages:?}") };
    assert_eq!((first.total, first.offset, first.limit), (Some(3), 0, 2));
    assert_eq!((second.total, second.offset, second.limit), (Some(3), 2, 2));
    assert_eq!(second.data, [Item { id: 2 }]);
    assert_eq!(second.attempts.len(), 1);
    for (received, limit) in server.requests().iter().zip(["limit(2)", "limit(2,2)"]) {
        assert_eq!(
            query(received),
            format!("eq(email,zo%25C3%25AB%2520%255B1%255D%2540example%252Ecom)&sort(+id)&{limit}")
        );
        let header = received.lines().find_map(|line| line.strip_prefix("authorization: ")).unwrap();
        let url = format!("{}/users/v1/?{}", server.url(), query(received));
        let header = Authorization::parse(header).unwrap();
        let request = Request::new("GET", &url).unwrap();
        assert_eq!(signer().verify(&request, &header), Ok(()));
    }
}

#[test]
fn items_can_be_read_byte_for_byte() {
    const RAW: &str = "{ \"id\" : 1.00, \"n\":1E400,\"s\":\"\\ud800\\u00e9é\",\"id\":12345678901234567890123}";
    let server = serve(2, 1, |_| RAW.to_owned());
    let items = client(&server).items::<Box<RawValue>>("/x").unwrap();
    let items: Vec<_> = items.map(|item| item.unwrap().get().to_owned()).collect();
    assert_eq!(items, [RAW, RAW]);
}

/// Reads a list until its error. Returns the number of items, the error, and the number of requests.
fn until_an_error(responses: Vec<String>, path: &str) -> (usize, Error, usize) {
    let mut responses = responses.into_iter();
    let server = Recorder::start(move |_| responses.next().expect("no further request"));
    let mut items = client(&server).items::<Item>(path).unwrap();
    let mut seen = 0;
    loop {
        match items.next() {
            Some(Ok(_)) => seen += 1,
            Some(Err(error)) => {
                // Nothing is requested after it.
                assert!(items.next().is_none());
                return (seen, error, server.requests().len());
            }
            None => panic!("it ended after {seen}"),
        }
    }
}

#[test]
fn a_page_that_does_not_continue_the_list_is_an_error() {
    let ok = |body: &str| recorder::json(200, body);
    let items = |count: usize| Vec::from_iter((0..count).map(item));
    let first = ok(&page(Some(6), 0, 2, &items(2)));
    for (name, response, fault, words) in [
        (
            "the first page again",
            page(Some(6), 0, 2, &items(2)),
            PageFault::Offset { asked: 2, received: 0 },
            "with the page at offset 0 instead of the one at 2",
        ),
        (
            "a later page",
            page(Some(6), 4, 2, &items(2)),
            PageFault::Offset { asked: 2, received: 4 },
            "with the page at offset 4",
        ),
        (
            "fewer items than it says",
            page(Some(6), 2, 2, &items(1)),
            PageFault::Short { offset: 2, limit: 2, items: 1, total: 6 },
            "with 1 items at offset 2 in a page of 2, but the list has 6",
        ),
        (
            "none at all",
            page(Some(6), 2, 2, &[]),
            PageFault::Short { offset: 2, limit: 2, items: 0, total: 6 },
            "with 0 items",
        ),
        (
            "none, as it says",
            page(Some(6), 2, 0, &[]),
            PageFault::Short { offset: 2, limit: 0, items: 0, total: 6 },
            "in a page of 0",
        ),
        (
            "more than it may have",
            page(Some(6), 2, 2, &items(3)),
            PageFault::Long { offset: 2, limit: 2, items: 3 },
            "with 3 items at offset 2 in a page of 2",
        ),
    ] {
        let (seen, error, requests) = until_an_error(vec![first.clone(), ok(&response)], "/x?limit(2)");
        let Error::Unexpected { what, .. } = &error else { panic!("{name}: {error}") };
        assert_eq!(*what, Unexpected::Page(fault), "{name}");
        assert_eq!((seen, requests, error.exit_code()), (2, 2, 1), "{name}");
        assert!(error.to_string().contains(words), "{name}: {error}");
        assert!(error.hint().is_some(), "{name}");
    }
}

#[test]
fn a_response_that_is_not_a_page_is_an_error() {
    for body in [
        "[]",
        "{}",
        "1",
        "null",
        "{\"id\":\"5a0b\"}",
        "{\"data\":[]}",
        "{\"page\":{\"total\":1,\"offset\":0,\"limit\":20}}",
        "{\"page\":{\"total\":1,\"offset\":0},\"data\":[]}",
        "{\"page\":{\"total\":-1,\"offset\":0,\"limit\":20},\"data\":[]}",
        "{\"page\":{\"total\":1,\"offset\":\"0\",\"limit\":20},\"data\":[]}",
        "{\"page\":{\"total\":1,\"offset\":0,\"limit\":20},\"data\":{}}",
        "[{\"total\":1,\"offset\":0,\"limit\":20},[]]",
    ] {
        let (_, error, _) = until_an_error(vec![recorder::json(200, body)], "/x");
        assert!(
            matches!(error, Error::Unexpected { what: Unexpected::Page(PageFault::NoPage), .. }),
            "{body}: {error}"
        );
    }
    // Either the items have another type, or the response is not a page.
    for (body, expected) in [
        (
            "{\"page\":{\"total\":1,\"offset\":0,\"limit\":20},\"data\":[{\"id\":\"a\"}]}",
            Unexpected::Shape { line: 1, column: 59 },
        ),
        ("", Unexpected::Empty),
        ("{\"page\":", Unexpected::NotJson { line: 1, column: 8 }),
    ] {
        let (_, error, _) = until_an_error(vec![recorder::json(200, body)], "/x");
        let Error::Unexpected { what, .. } = error else { panic!("{body}: {error}") };
        assert_eq!(what, expected, "{body}");
    }
}

#[test]
fn an_error_response_within_a_list_is_returned() {
    let first = recorder::json(200, &page(Some(6), 0, 2, &[item(0), item(1)]));
    let rejected = recorder::json(403, "{\"code\":118,\"name\":\"NO_PERMISSION_EXCEPTION\"}");
    let (seen, error, _) = until_an_error(vec![first, rejected], "/x?limit(2)");
    assert!(matches!(&error, Error::Api(rejected) if rejected.status == 403), "{error}");
    assert_eq!((seen, error.exit_code()), (2, 4));
}

#[test]
fn lists_with_numbers_of_any_size_end() {
    let most = u64::MAX;
    for total in ["", "\"total\":18446744073709551615,"] {
        let server = Recorder::start(move |_| {
            let body = format!("{{\"page\":{{{total}\"offset\":{most},\"limit\":{most}}},\"data\":[{{\"id\":1}}]}}");
            recorder::json(200, &body)
        });
        let (items, queries) = followed(&server, &format!("/x?limit(1,{most})"));
        assert_eq!((items.len(), queries.len()), (1, 1));
    }
}
