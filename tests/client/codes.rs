//! The error codes of the API, compared with those of Extra Horizon's own SDK.

use std::collections::HashSet;

use exh_oauth1::client::ErrorCode;

/// The keys of `ErrorClassMap` in `build/index.mjs` of the npm package `@extrahorizon/javascript-sdk` 8.14.1, printed
/// by `sed -n '/ErrorClassMap = {/,/};/p' | grep -oE '^ +[0-9]+:'`; and 20 and 21, which only the documentation has
/// (`for-developers/handling-errors.md`).
const KNOWN: &[u32] = &[
    1, 4, 10, 11, 12, 13, 14, 15, 16, 17, 19, 20, 21, 22, 26, 27, 101, 103, 104, 106, 107, 108, 109, 110, 113, 114,
    115, 116, 117, 118, 119, 120, 121, 122, 123, 124, 126, 128, 129, 130, 131, 132, 133, 134, 136, 137, 138, 139, 202,
    203, 204, 205, 206, 207, 208, 211, 212, 213, 215, 218, 219, 220, 221, 222, 223, 224, 301, 414, 415, 801, 903, 1002,
    1003, 1004, 1005, 1401, 1402, 1403, 1404, 1405, 1406, 1407, 1408, 1409, 1411, 1412, 1413, 2605, 2606, 2607, 2610,
    2707, 2708, 2712, 2713, 2714, 2716, 2717, 2718, 2719, 2720,
];

#[test]
fn every_code_of_the_sdk_is_explained() {
    let ours: Vec<_> = ErrorCode::ALL.iter().map(|code| code.number()).collect();
    assert_eq!(ours, KNOWN);
    for &code in ErrorCode::ALL {
        assert_eq!(ErrorCode::from(code.number()), code);
        let (meaning, next) = (code.meaning().unwrap(), code.next_step().unwrap());
        assert!(!meaning.is_empty() && !next.is_empty(), "{code}");
        assert!(!meaning.ends_with('.') && !next.ends_with('.'), "{code}");
    }
    let meanings: HashSet<_> = ErrorCode::ALL.iter().map(|code| code.meaning()).collect();
    assert_eq!(meanings.len(), KNOWN.len());
    let other = ErrorCode::from(999_999);
    assert_eq!((other.number(), other.meaning()), (999_999, None));
}
