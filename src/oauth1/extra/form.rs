//! Names and values of queries and form bodies, one by one
//! ([RFC 5849 §3.4.1.3.1](https://www.rfc-editor.org/rfc/rfc5849#section-3.4.1.3.1)).

use alloc::{string::String, vec::Vec};

use super::super::{
    error::{ParseError, Part},
    percent, uri,
};

/// One parameter of a form.
pub(super) struct Pair<'a> {
    pub(super) name: Vec<u8>,
    pub(super) value: Vec<u8>,
    /// The parameter as it was written, and where.
    pub(super) text: &'a str,
    pub(super) position: usize,
}

/// Reads a query or form body, which begins at `offset` in `part`.
pub(super) fn pairs(source: &str, part: Part, offset: usize) -> impl Iterator<Item = Result<Pair<'_>, ParseError>> {
    let mut next = offset;
    source.split('&').filter_map(move |text| {
        let position = next;
        next += text.len() + 1;
        // An empty piece between two `&` is not a parameter.
        (!text.is_empty()).then(|| {
            let (name, value) = text.split_once('=').unwrap_or((text, ""));
            Ok(Pair {
                name: decode(name, part, position)?,
                value: decode(value, part, position + name.len() + 1)?,
                text,
                position,
            })
        })
    })
}

/// Decodes a name or value, in which `+` is a space.
fn decode(text: &str, part: Part, offset: usize) -> Result<Vec<u8>, ParseError> {
    let mut bytes = Vec::with_capacity(text.len());
    let mut rest = text.as_bytes();
    while let Some((&byte, mut after)) = rest.split_first() {
        let position = offset + text.len() - rest.len();
        bytes.push(match byte {
            b'+' => b' ',
            b'%' => {
                let byte = percent::escaped(after).ok_or(ParseError::PercentEncoding { part, position })?;
                after = &after[2..];
                byte
            }
            _ if uri::is_allowed(byte) => byte,
            _ => return Err(ParseError::Character { part, position }),
        });
        rest = after;
    }
    Ok(bytes)
}

/// Encodes names and values as a query or a form body. Sign and send this text as it is.
///
/// # Examples
///
/// ```
/// use exh_oauth1::{Request, oauth1::percent};
///
/// let form = percent::encode_pairs([("status", "Hello & 100 %"), ("c", "")]);
/// assert_eq!(form, "status=Hello%20%26%20100%20%25&c=");
/// let request = Request::new("POST", "https://api.example.com/statuses")?.form(&form)?;
/// # Ok::<(), Box<dyn core::error::Error>>(())
/// ```
pub fn encode_pairs<N: AsRef<[u8]>, V: AsRef<[u8]>>(pairs: impl IntoIterator<Item = (N, V)>) -> String {
    let pairs = pairs.into_iter();
    let encoded: Vec<_> =
        pairs.map(|(name, value)| [percent::encode(&name), percent::encode(&value)].join("=")).collect();
    encoded.join("&")
}
