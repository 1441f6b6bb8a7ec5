//! A parsed header has one written form, which parses to the same value.
#![no_main]

use exh_oauth1::Authorization;

libfuzzer_sys::fuzz_target!(|header: &str| {
    if let Ok(read) = Authorization::parse(header) {
        assert_eq!(Authorization::parse(read.as_str()).as_ref(), Ok(&read));
        assert_eq!(read.parameters().count() + 1, read.to_form().split('=').count());
        let _ = (read.realm(), format!("{read:?}"));
    }
});
