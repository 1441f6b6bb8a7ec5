//! A connection's buffers, whose memory is taken as far as it is used.
//!
//! ureq's own write zeros over all of their 256 KiB, under TLS over twice as much, before the first octet is sent: a tenth of what
//! the program takes for a call. These leave that to the system, which gives zeroed pages when they are touched.

use core::{fmt, ops::Range};

use ureq::{config::Config, unversioned::transport};

/// A request's body is read into what the input leaves free, which has to be this much.
const SCRATCH: usize = 10 << 10;

/// What is to be sent, and what was received.
pub(super) struct Buffers {
    output: Vec<u8>,
    input: Vec<u8>,
    /// The part of the input that is filled and not consumed.
    unread: Range<usize>,
    /// Whether the last look at the input consumed any of it.
    was_consumed: bool,
}

impl Buffers {
    pub(super) fn new(config: &Config) -> Self {
        Self {
            output: vec![0; config.output_buffer_size()],
            input: vec![0; config.input_buffer_size()],
            unread: 0..0,
            was_consumed: false,
        }
    }

    /// Moves what is unread to the front, where that leaves more room and is little work.
    fn make_room(&mut self) {
        if self.unread.is_empty() {
            self.unread = 0..0;
        } else if self.unread.end > self.input.len() / 2 {
            self.input.copy_within(self.unread.clone(), 0);
            self.unread = 0..self.unread.len();
        }
    }
}

impl fmt::Debug for Buffers {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        // What is sent holds credentials.
        formatter.write_str("Buffers")
    }
}

impl transport::Buffers for Buffers {
    fn output(&mut self) -> &mut [u8] {
        &mut self.output
    }

    fn input(&self) -> &[u8] {
        self.input.get(self.unread.clone()).unwrap_or_default()
    }

    fn input_append_buf(&mut self) -> &mut [u8] {
        self.make_room();
        self.input.get_mut(self.unread.end..).unwrap_or_default()
    }

    fn input_appended(&mut self, amount: usize) {
        self.unread.end += amount;
    }

    fn input_consume(&mut self, amount: usize) {
        self.was_consumed = amount > 0;
        self.unread.start += amount;
    }

    fn tmp_and_output(&mut self) -> (&mut [u8], &mut [u8]) {
        self.make_room();
        if self.input.len() < self.unread.end + SCRATCH {
            self.input.resize(self.unread.end + SCRATCH, 0);
        }
        let scratch = self.input.get_mut(self.unread.end..).unwrap_or_default();
        (scratch, &mut self.output)
    }

    fn can_use_input(&self) -> bool {
        !self.unread.is_empty() && self.was_consumed
    }
}
