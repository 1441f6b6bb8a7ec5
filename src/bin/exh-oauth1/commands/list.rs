//! `get --all`: follows the pages of a list, and writes each item as one line of JSON.

use std::{
    fs::File,
    io::{self, BufWriter, ErrorKind, IsTerminal as _, Write},
    path::Path,
};

use exh_oauth1::client::{Error, Page, Pages, RequestBuilder};
use indicatif::ProgressBar;
use serde_json::value::RawValue;

use crate::{
    failure::Failure,
    options::GlobalOptions,
    output::{
        attempts,
        download::{bar, replace},
        json::{self, Colors},
        stdout,
    },
};

/// The largest page, in bytes: it is in memory twice, whole and item by item.
const LARGEST_PAGE: u64 = 32 << 20;

/// An item exactly as the server wrote it.
type Item = Box<RawValue>;

/// Prints the items of all pages, or writes them to a file that is replaced once all are there.
pub(crate) fn all(global: &GlobalOptions, request: RequestBuilder, path: Option<&Path>) -> Result<(), Failure> {
    let pages = request.body_limit(LARGEST_PAGE).pages()?;
    if let Some(path) = path {
        return replace(path, |file| save(global, pages, file));
    }
    let stdout = io::stdout();
    let colors = stdout.is_terminal().then(stdout::colors);
    let mut out = BufWriter::new(stdout.lock());
    // A progress bar would mix with the items.
    let mut progress = Progress::new(colors.is_none());
    let copied = copy(global, pages, &mut out, colors, &mut progress);
    progress.clear();
    match copied {
        Ok(()) => Ok(()),
        // The reader of the pipe has enough.
        Err(Incomplete::Output(error)) if error.kind() == ErrorKind::BrokenPipe => Ok(()),
        Err(Incomplete::Output(error)) => {
            Err(Failure::unavailable(format_args!("cannot write to standard output: {error}")))
        }
        // An error response is not an item, and another program may read the items.
        Err(Incomplete::Page(error)) => Err(Failure::from(*error).without_response()),
    }
}

fn save(global: &GlobalOptions, pages: Pages<Item>, file: &mut File) -> Result<(), Failure> {
    let mut out = BufWriter::new(file);
    let mut progress = Progress::new(true);
    let copied = copy(global, pages, &mut out, None, &mut progress);
    progress.clear();
    copied.map_err(|stop| match stop {
        Incomplete::Output(error) => Error::Download(error).into(),
        Incomplete::Page(error) => Failure::from(*error),
    })
}

/// Why the list is incomplete.
enum Incomplete {
    Output(io::Error),
    Page(Box<Error>),
}

fn copy(
    global: &GlobalOptions,
    pages: Pages<Item>,
    out: &mut impl Write,
    colors: Option<Colors>,
    progress: &mut Progress,
) -> Result<(), Incomplete> {
    let mut clock_offset = 0;
    for page in pages {
        let page = page.map_err(|error| {
            attempts::report_error(global, &error);
            Incomplete::Page(Box::new(error))
        })?;
        attempts::report_attempts(global, &page.attempts);
        // Only once, not for each page.
        let offset = page.attempts.last().map_or(0, |last| last.clock_offset);
        if std::mem::replace(&mut clock_offset, offset) != offset {
            attempts::warn_of_clock(offset);
        }
        for item in &page.data {
            match colors {
                Some(colors) => json::write_pretty(out, item.get(), colors),
                None => write_line(out, item.get()),
            }
            .and_then(|()| out.write_all(b"\n"))
            .map_err(Incomplete::Output)?;
        }
        // A reader of the pipe need not wait for the next page.
        out.flush().map_err(Incomplete::Output)?;
        progress.add(&page);
    }
    Ok(())
}

/// Writes an item without line breaks. In JSON they are only between values, where they mean nothing.
fn write_line(out: &mut impl Write, text: &str) -> io::Result<()> {
    text.split(['\r', '\n']).try_for_each(|piece| out.write_all(piece.as_bytes()))
}

/// A progress bar, if it is shown.
struct Progress {
    is_shown: bool,
    bar: Option<ProgressBar>,
}

impl Progress {
    fn new(is_shown: bool) -> Self {
        Self { is_shown, bar: None }
    }

    /// The first page says how many items there are.
    fn add(&mut self, page: &Page<Item>) {
        if !self.is_shown {
            return;
        }
        let length = page.total.map(|total| total.saturating_sub(page.offset));
        let bar = self.bar.get_or_insert_with(|| match length {
            Some(_) => bar(length, "{pos} of {len} items {wide_bar} {eta}"),
            None => bar(None, "{pos} items {per_sec}"),
        });
        bar.inc(page.data.len() as u64);
    }

    fn clear(&self) {
        if let Some(bar) = &self.bar {
            bar.finish_and_clear();
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_item_is_one_line_and_otherwise_as_it_was() {
        let mut out = Vec::new();
        write_line(&mut out, "{ \"a\":\r\n\t1.00,\n\"b\": \"\\n \" }").unwrap();
        assert_eq!(out, b"{ \"a\":\t1.00,\"b\": \"\\n \" }");
    }
}
