use std::fmt;

/// What is wrong with a page of a list.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
#[non_exhaustive]
pub enum PageFault {
    /// It is JSON, but not an object with `page` and `data`.
    NoPage,
    /// It is a different page than the one requested: the list would never end, or have gaps.
    Offset {
        /// The requested offset.
        asked: u64,
        /// The offset of the page that came.
        received: u64,
    },
    /// It has fewer items than its limit although more follow: some would be lost, or come twice.
    Short {
        /// The offset of the page.
        offset: u64,
        /// Its maximum number of items.
        limit: u64,
        /// Its number of items.
        items: u64,
        /// The number of items in the whole list.
        total: u64,
    },
    /// It has more items than its limit, which is 10,000 at most.
    Long {
        /// The offset of the page.
        offset: u64,
        /// Its maximum number of items.
        limit: u64,
        /// Its number of items.
        items: u64,
    },
}

impl fmt::Display for PageFault {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::NoPage => formatter.write_str("with JSON that is not a page of a list: page or data is missing"),
            Self::Offset { asked, received } => {
                write!(formatter, "with the page at offset {received} instead of the one at {asked}")
            }
            Self::Short { offset, limit, items, total } => write!(
                formatter,
                "with {items} items at offset {offset} in a page of {limit}, but the list has {total}"
            ),
            Self::Long { offset, limit, items } => {
                write!(formatter, "with {items} items at offset {offset} in a page of {limit}")
            }
        }
    }
}
