//! A list of the API, with pages by `limit(n,offset)`.

use super::recorder::{self, Recorder};

/// The query of a recorded request.
pub(crate) fn query(request: &str) -> &str {
    let target = request.split(' ').nth(1).unwrap();
    target.split_once('?').map_or("", |(_, query)| query)
}

/// The numbers of `limit(n,offset)` in a query.
pub(crate) fn limit(query: &str) -> (usize, usize) {
    let mut limits = query.split('&').filter_map(|piece| piece.strip_prefix("limit(")?.strip_suffix(')'));
    let limit = limits.next().unwrap();
    assert_eq!(limits.next(), None, "{query}");
    let (limit, offset) = limit.split_once(',').unwrap_or((limit, "0"));
    (limit.parse().unwrap(), offset.parse().unwrap())
}

/// A page as the API writes it.
pub(crate) fn page(total: Option<usize>, offset: usize, limit: usize, items: &[String]) -> String {
    let total = total.map_or(String::new(), |total| format!("\"total\":{total},"));
    let data = items.join(",");
    format!("{{\"page\":{{{total}\"offset\":{offset},\"limit\":{limit}}},\"data\":[{data}]}}")
}

/// A server of a list, with its number of items and its maximum page size. With `skipCount()` it sends no total.
pub(crate) fn serve(total: usize, most: usize, item: impl Fn(usize) -> String + Send + 'static) -> Recorder {
    Recorder::start(move |request| {
        let query = query(request);
        let (limit, offset) = limit(query);
        let limit = limit.min(most);
        let items: Vec<_> = (offset..total.min(offset + limit)).map(&item).collect();
        let counted = (!query.contains("skipCount()")).then_some(total);
        recorder::json(200, &page(counted, offset, limit, &items))
    })
}
