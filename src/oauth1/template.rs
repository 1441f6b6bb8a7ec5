//! What is the same in each header and base string of a client, written once
//! ([RFC 5849 §3.4.1.3.2](https://www.rfc-editor.org/rfc/rfc5849#section-3.4.1.3.2)).

use alloc::string::String;

use super::{
    authorization::SCHEME,
    parameters::{AND, EQUALS},
    percent,
    wire::{Name, Role},
};

/// The constant text around what changes with each request. The names of those sort as nonce, signature, timestamp,
/// whatever else there is.
#[derive(Clone, Debug, Default)]
pub(super) struct Template {
    header: String,
    /// Where nonce, signature and timestamp belong in the header.
    header_gaps: [usize; 3],
    /// Where the parameters begin in the header, after scheme and realm.
    realm_end: usize,
    base_string: String,
    /// Where nonce and timestamp belong in the base string.
    base_string_gaps: [usize; 2],
    /// Of the first parameter in the base string.
    first_name_end: usize,
    first_end: usize,
    /// Of the last one.
    last_start: usize,
    last_name_end: usize,
}

impl Template {
    /// Writes the texts from all parameters, whose values are encoded and which are visited in their order.
    pub(super) fn new<'a>(
        realm: Option<&str>,
        visit: impl Fn(&mut dyn FnMut(&'a Name, &'a str)),
    ) -> Self {
        let mut template = Self::default();
        let mut length = 0;
        visit(&mut |name, value| length += name.len() + value.len());
        let (header, base_string) = (&mut template.header, &mut template.base_string);
        header.reserve(SCHEME.len() + length);
        base_string.reserve(length);
        header.push_str(SCHEME);
        if let Some(realm) = realm {
            header.push_str("realm=\"");
            for character in realm.chars() {
                if matches!(character, '"' | '\\') {
                    header.push('\\');
                }
                header.push(character);
            }
            header.push_str("\", ");
        }
        template.realm_end = header.len();

        visit(&mut |name, value| {
            name.push_to_header(header, header.len() == template.realm_end);
            header.push_str(value);
            if name.role == Role::Signature {
                // A signature is not signed (§3.4.1.3.1).
                template.header_gaps[1] = header.len();
                return;
            }
            let is_first = base_string.is_empty();
            template.last_start = base_string.len() + if is_first { 0 } else { AND.len() };
            name.push_to_base_string(base_string, is_first);
            template.last_name_end = base_string.len() - EQUALS.len();
            base_string.push_str(&percent::encode_again(value));
            if is_first {
                template.first_name_end = template.last_name_end;
                template.first_end = base_string.len();
            }
            if name.role == Role::Nonce {
                template.header_gaps[0] = header.len();
                template.base_string_gaps[0] = base_string.len();
            } else if name.role == Role::Timestamp {
                template.header_gaps[2] = header.len();
                template.base_string_gaps[1] = base_string.len();
            }
        });
        header.push('"');
        template
    }

    /// The header around nonce, signature and timestamp.
    pub(super) fn header(&self) -> [&str; 4] {
        let [nonce, signature, timestamp] = self.header_gaps;
        [
            &self.header[..nonce],
            &self.header[nonce..signature],
            &self.header[signature..timestamp],
            &self.header[timestamp..],
        ]
    }

    /// The base string around nonce and timestamp.
    pub(super) fn base_string(&self) -> [&str; 3] {
        let [nonce, timestamp] = self.base_string_gaps;
        [
            &self.base_string[..nonce],
            &self.base_string[nonce..timestamp],
            &self.base_string[timestamp..],
        ]
    }

    pub(super) fn header_length(&self) -> usize {
        self.header.len()
    }

    /// Where the parameters begin in the header, after scheme and realm.
    pub(super) fn realm_end(&self) -> usize {
        self.realm_end
    }

    /// The first name and value of the base string.
    pub(super) fn first(&self) -> (&str, &str) {
        let name = &self.base_string[..self.first_name_end];
        (
            name,
            &self.base_string[name.len() + EQUALS.len()..self.first_end],
        )
    }

    /// The last name of the base string.
    pub(super) fn last_name(&self) -> &str {
        &self.base_string[self.last_start..self.last_name_end]
    }
}
