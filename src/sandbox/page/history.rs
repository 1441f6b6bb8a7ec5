//! The last requests, and the pages that wait for more.

use std::{
    collections::VecDeque,
    sync::{Arc, Condvar, Mutex, MutexGuard, PoisonError},
    time::Duration,
};

use serde_json::{Value, json};

use crate::sandbox::http::Message;

/// Requests that are kept.
const REQUESTS: usize = 500;
/// Bytes of all requests that are kept.
const BYTES: usize = 4 * 1024 * 1024;
/// Pages that may be open at a time. Each has a connection and a thread.
const PAGES: usize = 16;
/// Without a request, a page gets a comment after this time, so that a closed one is noticed.
const HEARTBEAT: Duration = Duration::from_secs(2);

/// What became of the signature.
#[derive(Clone, Copy, Debug, Default, Eq, PartialEq)]
pub(in crate::sandbox) enum Verdict {
    /// No signature was needed, or the request did not get that far.
    #[default]
    Unchecked,
    Accepted,
    Refused,
}

/// A request that was received.
#[derive(Clone)]
pub(super) struct Record {
    pub(super) id: u64,
    pub(super) time: u64,
    pub(super) message: Message,
    /// The target without secrets.
    pub(super) target: String,
    pub(super) form: Option<String>,
    pub(super) status: u16,
    pub(super) verdict: Verdict,
    pub(super) text: String,
}

impl Record {
    fn length(&self) -> usize {
        let headers = self.message.headers.iter();
        let headers: usize = headers.map(|(name, value)| name.len() + value.len()).sum();
        let texts = [&self.message.method, &self.message.target, &self.target, &self.text];
        let texts: usize = texts.iter().map(|text| text.len()).sum();
        headers + texts + self.form.as_ref().map_or(0, String::len)
    }

    /// The row of a list.
    pub(super) fn summary(&self) -> Value {
        json!({
            "id": self.id,
            "time": self.time,
            "method": self.message.method,
            "target": self.target,
            "status": self.status,
            "verdict": match self.verdict {
                Verdict::Unchecked => "unchecked",
                Verdict::Accepted => "accepted",
                Verdict::Refused => "refused",
            },
            "text": self.text,
        })
    }
}

/// The requests that are kept.
#[derive(Default)]
pub(super) struct History(Arc<Shared>);

#[derive(Default)]
struct Shared {
    kept: Mutex<Kept>,
    changed: Condvar,
}

#[derive(Default)]
struct Kept {
    records: VecDeque<Record>,
    bytes: usize,
    last: u64,
    pages: usize,
}

impl History {
    /// Adds a request and gives it a number.
    pub(super) fn push(&self, mut record: Record) {
        let mut kept = self.0.kept();
        kept.last += 1;
        record.id = kept.last;
        kept.bytes += record.length();
        kept.records.push_back(record);
        while kept.records.len() > REQUESTS || kept.bytes > BYTES {
            let Some(oldest) = kept.records.pop_front() else {
                break;
            };
            kept.bytes -= oldest.length();
        }
        drop(kept);
        self.0.changed.notify_all();
    }

    /// One request.
    pub(super) fn get(&self, id: u64) -> Option<Record> {
        let kept = self.0.kept();
        kept.records.iter().find(|record| record.id == id).cloned()
    }

    /// The requests after a number. None if too many pages are open.
    pub(super) fn events(&self, last: u64) -> Option<Events> {
        let mut kept = self.0.kept();
        if kept.pages >= PAGES {
            return None;
        }
        kept.pages += 1;
        // A number from an earlier process means nothing here.
        let last = if last > kept.last { 0 } else { last };
        drop(kept);
        Some(Events { shared: Arc::clone(&self.0), last })
    }
}

impl Shared {
    fn kept(&self) -> MutexGuard<'_, Kept> {
        self.kept.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// The events of an open page.
pub(in crate::sandbox) struct Events {
    shared: Arc<Shared>,
    last: u64,
}

impl Events {
    /// Waits for requests and returns them as server-sent events; after two seconds without one, a comment.
    pub(in crate::sandbox) fn next(&mut self) -> String {
        let last = self.last;
        let (kept, _) = self
            .shared
            .changed
            .wait_timeout_while(self.shared.kept(), HEARTBEAT, |kept| kept.last <= last)
            .unwrap_or_else(PoisonError::into_inner);
        let mut events = String::from(":\n\n");
        for record in kept.records.iter().filter(|record| record.id > last) {
            let data = record.summary().to_string();
            events.push_str(&format!("id: {}\nevent: request\ndata: {data}\n\n", record.id));
        }
        self.last = kept.last;
        events
    }
}

impl Drop for Events {
    fn drop(&mut self) {
        self.shared.kept().pages -= 1;
    }
}
