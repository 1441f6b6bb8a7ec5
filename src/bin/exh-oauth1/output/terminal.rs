//! Whether a stream is a terminal, which colours it gets, and how wide it is.

use std::io::IsTerminal;

use anstream::{AutoStream, ColorChoice, stream::RawStream};
use terminal_size::{Width, terminal_size};
use textwrap::{Options, WordSeparator, WordSplitter};

/// The widest that text is wrapped to, as in the help.
const WIDEST: usize = 99;

/// Whether to use colours: on a terminal, unless `NO_COLOR` is set (<https://no-color.org>) or `TERM` is `dumb`.
pub(crate) fn has_colour(stream: &impl RawStream) -> bool {
    stream.is_terminal() && AutoStream::choice(stream) != ColorChoice::Never
}

/// Wraps text at words if the stream is a terminal. Continued lines begin with `indent`.
pub(crate) fn wrapped(stream: &impl IsTerminal, text: &str, indent: &str) -> String {
    let Some((Width(width), _)) = stream.is_terminal().then(terminal_size).flatten() else {
        return text.to_owned();
    };
    let options = Options::new(usize::from(width).min(WIDEST))
        .subsequent_indent(indent)
        .break_words(false)
        .word_separator(WordSeparator::AsciiSpace)
        .word_splitter(WordSplitter::NoHyphenation);
    let lines: Vec<_> = text.lines().map(|line| textwrap::fill(line, &options)).collect();
    lines.join("\n")
}
