//! Lists in pages, followed to their end.
//!
//! A list is `{"page": {"total", "offset", "limit"}, "data": […]}`. `limit(n,offset)` in the query requests another
//! page.

use std::{fmt, marker::PhantomData, vec};

use serde::{
    Deserialize, Deserializer,
    de::{DeserializeOwned, IgnoredAny, SeqAccess, Visitor},
};

use super::rql::Rql;
use crate::client::{
    agent::client::Client,
    call::request::RequestBuilder,
    outcome::{
        attempt::Attempt,
        error::{Error, Unexpected},
        page_fault::PageFault,
        response::Response,
    },
};
use crate::oauth1::percent;

/// The page size if the query has none: the API's maximum, and the default of its SDK.
const LIMIT: u64 = 50;

/// Maximum number of items of a page: all of them are in memory.
const MOST: usize = 10_000;

/// A page of a list, with items of the caller's type.
#[derive(Clone, Debug)]
#[non_exhaustive]
pub struct Page<T> {
    /// The number of items in the whole list, unless the query has `skipCount()`.
    pub total: Option<u64>,
    /// The number of items in front of this page.
    pub offset: u64,
    /// Maximum number of items of the page.
    pub limit: u64,
    /// The items.
    pub data: Vec<T>,
    /// All attempts for this page in order; the last is this response.
    pub attempts: Vec<Attempt>,
}

/// The pages of a list, requested one at a time; see [`RequestBuilder::pages`]. They end after an error.
#[must_use = "iterators are lazy: no page is requested before `next`"]
pub struct Pages<T> {
    request: RequestBuilder,
    /// The query without its limit.
    query: String,
    /// The next page, if there is one.
    next: Option<PagePosition>,
    items: PhantomData<fn() -> T>,
}

/// The items of a list, requested one page at a time; see [`RequestBuilder::items`]. They end after an error.
///
/// ```no_run
/// use exh_oauth1::client::{Client, User};
///
/// for user in Client::from_env()?.items::<User>("/users/v1/")? {
///     println!("{}", user?.id);
/// }
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
#[must_use = "iterators are lazy: no page is requested before `next`"]
pub struct Items<T> {
    pages: Pages<T>,
    page: vec::IntoIter<T>,
}

#[derive(Clone, Copy, Deserialize)]
struct PagePosition {
    total: Option<u64>,
    offset: u64,
    limit: u64,
}

#[derive(Deserialize)]
struct List<T> {
    page: PagePosition,
    data: CountedItems<T>,
}

/// Items and their number. Items beyond the maximum are counted but not kept.
struct CountedItems<T> {
    items: Vec<T>,
    count: u64,
}

impl<'de, T: Deserialize<'de>> Deserialize<'de> for CountedItems<T> {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        struct Counting<T>(PhantomData<T>);

        impl<'de, T: Deserialize<'de>> Visitor<'de> for Counting<T> {
            type Value = CountedItems<T>;

            fn expecting(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
                formatter.write_str("a list")
            }

            fn visit_seq<A: SeqAccess<'de>>(self, mut list: A) -> Result<CountedItems<T>, A::Error> {
                let mut items = Vec::new();
                while items.len() < MOST
                    && let Some(item) = list.next_element()?
                {
                    items.push(item);
                }
                let mut count = items.len() as u64;
                while list.next_element::<IgnoredAny>()?.is_some() {
                    count += 1;
                }
                Ok(CountedItems { items, count })
            }
        }

        deserializer.deserialize_seq(Counting(PhantomData))
    }
}

impl Client {
    /// The items of a list, page by page. The path may have RQL.
    ///
    /// # Errors
    ///
    /// [`Error::Request`] for a path that cannot be sent. Each item may be an error as of
    /// [`Response::json`] and [`RequestBuilder::send`], or [`Unexpected::Page`].
    ///
    /// # Examples
    ///
    /// ```no_run
    /// use exh_oauth1::{Client, client::User};
    ///
    /// for user in Client::from_env()?.items::<User>("/users/v1/?sort(id)")? {
    ///     println!("{}", user?.id);
    /// }
    /// # Ok::<(), Box<dyn std::error::Error>>(())
    /// ```
    pub fn items<T: DeserializeOwned>(&self, path: &str) -> Result<Items<T>, Error> {
        self.request("GET", path)?.items()
    }
}

impl RequestBuilder {
    /// The pages of this list. `limit(n,offset)` in the query sets the page size (default: 50) and the start.
    /// One page is in memory at a time.
    ///
    /// If items are added or removed meanwhile, an item may move to another page, and be missed or come twice. With
    /// `sort()` by a field that never changes, new items come last.
    ///
    /// # Errors
    ///
    /// [`Error::Request`] for a query that cannot be sent. Each page may be an error of [`send`](Self::send), or
    /// [`Error::Unexpected`]: with [`Unexpected::Page`] if it is not a page or does not continue the previous one, with
    /// [`Unexpected::Shape`] for items of another type.
    ///
    /// # Examples
    ///
    /// ```no_run
    /// use exh_oauth1::{Client, client::User};
    ///
    /// for page in Client::from_env()?.request("GET", "/users/v1/?limit(20)")?.pages::<User>()? {
    ///     let page = page?;
    ///     println!("{} of {:?}", page.data.len(), page.total);
    /// }
    /// # Ok::<(), Box<dyn std::error::Error>>(())
    /// ```
    pub fn pages<T: DeserializeOwned>(self) -> Result<Pages<T>, Error> {
        let query = self.url().split_once('?').map_or("", |(_, query)| query);
        let mut next = PagePosition { total: None, offset: 0, limit: LIMIT };
        let mut others = Vec::new();
        for piece in query.split('&').filter(|piece| !piece.is_empty()) {
            match limit(piece) {
                Some((limit, offset)) => (next.limit, next.offset) = (limit, offset),
                None => others.push(piece),
            }
        }
        let query = others.join("&");
        Ok(Pages {
            // Reports a query that cannot be sent now, not as an error of a page.
            request: self.with_query(&query_of(&query, next))?,
            query,
            next: Some(next),
            items: PhantomData,
        })
    }

    /// The items of this list, as in [`pages`](Self::pages).
    ///
    /// # Errors
    ///
    /// As [`pages`](Self::pages).
    ///
    /// # Examples
    ///
    /// ```no_run
    /// use exh_oauth1::{Client, client::{Rql, User}};
    ///
    /// let query = Rql::new().is_in("language", ["NL", "FR"]).sort(["id"]);
    /// let request = Client::from_env()?.request("GET", "/users/v1/")?.rql(&query)?;
    /// let users: Vec<User> = request.items()?.collect::<Result<_, _>>()?;
    /// # Ok::<(), Box<dyn std::error::Error>>(())
    /// ```
    pub fn items<T: DeserializeOwned>(self) -> Result<Items<T>, Error> {
        Ok(Items { pages: self.pages()?, page: Vec::new().into_iter() })
    }
}

impl<T: DeserializeOwned> Pages<T> {
    fn page(&mut self, asked: PagePosition) -> Result<Page<T>, Error> {
        let request = self.request.clone();
        let request = request.with_query(&query_of(&self.query, asked))?;
        let response = request.send()?;
        let List { page, data } = read(&response)?;
        self.next = next(asked, page, data.count).map_err(|fault| response.unexpected(fault.into()))?;
        Ok(Page {
            total: page.total,
            offset: page.offset,
            limit: page.limit,
            data: data.items,
            attempts: response.attempts,
        })
    }
}

/// The next page, if the list continues.
fn next(asked: PagePosition, page: PagePosition, items: u64) -> Result<Option<PagePosition>, PageFault> {
    let PagePosition { total, offset, limit } = page;
    if offset != asked.offset {
        return Err(PageFault::Offset { asked: asked.offset, received: offset });
    }
    let limit = limit.min(MOST as u64);
    if items > limit {
        return Err(PageFault::Long { offset, limit, items });
    }
    let is_last = match total {
        // A full page goes beyond the total: items were added since, or the total is wrong.
        Some(total) if items > 0 && items == limit && total < offset.saturating_add(items) => false,
        // Items may have been removed since they were counted.
        Some(total) => total <= offset.saturating_add(limit),
        // Without a total, the list ends with an empty page.
        None => items == 0,
    };
    match total {
        _ if is_last => Ok(None),
        Some(total) if items < limit || items == 0 => Err(PageFault::Short { offset, limit, items, total }),
        // The API may use a smaller limit than requested.
        // No list continues after the largest number.
        _ => Ok(offset.checked_add(items).map(|offset| PagePosition { total: None, offset, limit })),
    }
}

fn read<T: DeserializeOwned>(response: &Response) -> Result<List<T>, Error> {
    // serde accepts a list of the fields' values for an object, too.
    let is_object = response.bytes().trim_ascii_start().starts_with(b"{");
    match response.json() {
        Ok(list) if is_object => Ok(list),
        Ok(_) => Err(response.unexpected(PageFault::NoPage.into())),
        // Either the page is wrong, or one of its items.
        Err(Error::Unexpected { what: Unexpected::Shape { .. }, .. })
            if !is_object || response.json::<List<IgnoredAny>>().is_err() =>
        {
            Err(response.unexpected(PageFault::NoPage.into()))
        }
        Err(error) => Err(error),
    }
}

/// Adds the limit of a page to a query.
fn query_of(query: &str, place: PagePosition) -> String {
    let limit = Rql::new().limit_from(place.limit, place.offset);
    let separator = if query.is_empty() { "" } else { "&" };
    format!("{query}{separator}{limit}")
}

/// The numbers of `limit(n)` or `limit(n,offset)`, with any encoding.
fn limit(piece: &str) -> Option<(u64, u64)> {
    let decoded = percent::decode(piece).ok()?;
    let text = std::str::from_utf8(&decoded).ok()?;
    let arguments = text.strip_prefix("limit(")?.strip_suffix(')')?;
    match arguments.split_once(',') {
        Some((limit, offset)) => Some((limit.parse().ok()?, offset.parse().ok()?)),
        None => Some((arguments.parse().ok()?, 0)),
    }
}

impl<T: DeserializeOwned> Iterator for Pages<T> {
    type Item = Result<Page<T>, Error>;

    fn next(&mut self) -> Option<Self::Item> {
        let asked = self.next.take()?;
        Some(self.page(asked))
    }
}

impl<T: DeserializeOwned> Iterator for Items<T> {
    type Item = Result<T, Error>;

    fn next(&mut self) -> Option<Self::Item> {
        loop {
            if let Some(item) = self.page.next() {
                return Some(Ok(item));
            }
            match self.pages.next()? {
                Ok(page) => self.page = page.data.into_iter(),
                Err(error) => return Some(Err(error)),
            }
        }
    }
}

impl<T: DeserializeOwned> std::iter::FusedIterator for Pages<T> {}
impl<T: DeserializeOwned> std::iter::FusedIterator for Items<T> {}

impl<T> fmt::Debug for Pages<T> {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.debug_struct("Pages").field("request", &self.request).finish_non_exhaustive()
    }
}

impl<T> fmt::Debug for Items<T> {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.debug_struct("Items").field("request", &self.pages.request).finish_non_exhaustive()
    }
}
