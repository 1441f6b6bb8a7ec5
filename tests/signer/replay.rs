//! The replay guard: window, repeated nonces, limited memory.

use exh_oauth1::oauth1::{Authorization, Credentials, MemoryReplayGuard, ReplayError, ReplayGuard, Request, Signer};

const NOW: u64 = 1_700_000_000;

/// A header with these values. The guard does not check the signature.
fn claim(client: &str, token: &str, timestamp: u64, nonce: &str) -> Authorization {
    let request = Request::new("GET", "https://example.com/").unwrap();
    let mut signer = Signer::new(Credentials::new(client, "secret"));
    if !token.is_empty() {
        signer = signer.token(Credentials::new(token, "secret"));
    }
    signer.sign(&request, timestamp, nonce)
}

fn header(parameters: &str) -> Authorization {
    Authorization::parse(&format!(
        r#"OAuth oauth_consumer_key="c", oauth_signature_method="PLAINTEXT", oauth_signature="s%26"{parameters}"#
    ))
    .unwrap()
}

#[test]
fn window_is_inclusive_on_both_sides() {
    for (timestamp, expected) in [
        (NOW - 301, Err(ReplayError::TooOld)),
        (NOW - 300, Ok(())),
        (NOW, Ok(())),
        (NOW + 300, Ok(())),
        (NOW + 301, Err(ReplayError::TooNew)),
        (1, Err(ReplayError::TooOld)),
        (u64::MAX, Err(ReplayError::TooNew)),
    ] {
        let mut guard = MemoryReplayGuard::new(300, 10);
        let received = claim("c", "t", timestamp, "n");
        assert_eq!(guard.admit(&received, NOW), expected, "{timestamp}");
        assert_eq!(guard.len(), usize::from(expected.is_ok()), "{timestamp}");
    }
}

#[test]
fn no_clock_overflows() {
    let mut guard = MemoryReplayGuard::new(u64::MAX, 10);
    assert_eq!(guard.admit(&claim("c", "t", 1, "n"), u64::MAX), Ok(()));
    assert_eq!(guard.admit(&claim("c", "t", u64::MAX, "n"), 0), Ok(()));
    let mut guard = MemoryReplayGuard::new(300, 10);
    assert_eq!(guard.admit(&claim("c", "t", 5, "n"), 5), Ok(()));
}

#[test]
fn only_the_same_claim_is_a_replay() {
    let mut guard = MemoryReplayGuard::new(300, 10);
    assert_eq!(guard.admit(&claim("c", "t", NOW, "n"), NOW), Ok(()));
    for (client, token, timestamp, nonce) in [
        ("c", "t", NOW + 1, "n"),
        ("c", "t", NOW, "N"),
        ("c", "u", NOW, "n"),
        ("c", "", NOW, "n"),
        ("d", "t", NOW, "n"),
        // Without the lengths of the texts, this would equal the first one.
        ("ct", "", NOW, "n"),
    ] {
        let received = claim(client, token, timestamp, nonce);
        assert_eq!(guard.admit(&received, NOW), Ok(()), "{received:?}");
    }
    for now in [NOW - 300, NOW, NOW + 300] {
        let received = claim("c", "t", NOW, "n");
        assert_eq!(guard.admit(&received, now), Err(ReplayError::Replayed));
    }
}

#[test]
fn another_spelling_is_not_a_new_nonce() {
    let mut guard = MemoryReplayGuard::new(300, 10);
    let first = header(r#", oauth_timestamp="1700000000", oauth_nonce="a~b""#);
    assert_eq!(guard.admit(&first, NOW), Ok(()));
    for parameters in [
        r#", oauth_timestamp="1700000000", oauth_nonce="%61%7eb""#,
        r#", oauth_timestamp="0001700000000", oauth_nonce="a~b""#,
        r#", oauth_timestamp="1700000000", oauth_nonce="a~b", oauth_token="", more="1""#,
    ] {
        assert_eq!(guard.admit(&header(parameters), NOW), Err(ReplayError::Replayed), "{parameters}");
    }
}

#[test]
fn missing_and_unreadable_are_refused() {
    let mut guard = MemoryReplayGuard::new(u64::MAX, 10);
    for (parameters, error) in [
        ("", ReplayError::MissingTimestamp),
        (r#", oauth_nonce="n""#, ReplayError::MissingTimestamp),
        (r#", oauth_timestamp="", oauth_nonce="n""#, ReplayError::MissingTimestamp),
        (r#", oauth_timestamp="5""#, ReplayError::MissingNonce),
        (r#", oauth_timestamp="5", oauth_nonce="""#, ReplayError::MissingNonce),
    ] {
        assert_eq!(guard.admit(&header(parameters), NOW), Err(error), "{parameters}");
    }
    for timestamp in ["0", "%2B5", "-5", "5.0", "5%20", "0x5", "5e3", "%D9%A5", "99999999999999999999"] {
        let received = header(&format!(r#", oauth_timestamp="{timestamp}", oauth_nonce="n""#));
        assert_eq!(guard.admit(&received, NOW), Err(ReplayError::Timestamp), "{timestamp}");
    }
    assert!(guard.is_empty());
}

#[test]
fn a_full_guard_refuses_and_forgets_nothing() {
    let mut guard = MemoryReplayGuard::new(300, 3);
    for nonce in ["a", "b", "c"] {
        assert_eq!(guard.admit(&claim("c", "t", NOW, nonce), NOW), Ok(()));
    }
    for now in [NOW, NOW + 300] {
        let fresh = claim("c", "t", now, "d");
        assert_eq!(guard.admit(&fresh, now), Err(ReplayError::Full));
        for nonce in ["a", "b", "c"] {
            let again = claim("c", "t", NOW, nonce);
            assert_eq!(guard.admit(&again, now), Err(ReplayError::Replayed));
        }
    }
    assert_eq!(guard.len(), 3);
    // One second later, the three have left the window.
    let fresh = claim("c", "t", NOW + 301, "d");
    assert_eq!(guard.admit(&fresh, NOW + 301), Ok(()));
    assert_eq!(guard.len(), 1);
}

#[test]
fn memory_is_bounded_over_a_long_time() {
    let mut guard = MemoryReplayGuard::new(10, 50);
    let long = "n".repeat(10_000);
    for second in 0..1000 {
        for nonce in ["a", "b", &long] {
            let _ = guard.admit(&claim("c", "t", NOW + second, nonce), NOW + second);
            assert!(guard.len() <= 50);
        }
    }
    // The window has eleven seconds: ten in the past and the current one.
    assert_eq!(guard.len(), 33);
}

#[test]
fn forgotten_nonces_are_not_admitted_when_the_clock_is_set_back() {
    let mut guard = MemoryReplayGuard::new(300, 10);
    let first = claim("c", "t", NOW, "n");
    assert_eq!(guard.admit(&first, NOW), Ok(()));
    let later = claim("c", "t", NOW + 1000, "n");
    assert_eq!(guard.admit(&later, NOW + 1000), Ok(()));
    assert_eq!(guard.admit(&first, NOW), Err(ReplayError::TooOld));
}

#[test]
fn errors_are_small_and_guards_can_be_shared_with_a_lock() {
    fn shared<T: Send + Sync>() {}
    shared::<std::sync::Mutex<MemoryReplayGuard>>();
    assert!(size_of::<ReplayError>() == 1);
    assert!(!format!("{:?}", MemoryReplayGuard::new(300, 10)).is_empty());
}
