//! Nonces come from the operating system's randomness alone. Each character has its own byte, each process reads new
//! bytes, and without randomness there is no nonce (RFC 5849 §3.3: a nonce is unique for its timestamp).
#![cfg(feature = "system")]

use std::{
    collections::{BTreeMap, BTreeSet, HashSet},
    fmt,
};

use exh_oauth1::{AuthorizeError, Credentials, Nonce, Request, Signer};
use rand::{TryCryptoRng, TryRng};

/// The characters of a nonce, which no encoding changes (§3.6).
const ALPHABET: &str = "abcdefghijklmnopqrstuvwxyz234567";

/// A generator that returns these bytes, and fails after them.
struct Bytes {
    given: Vec<u8>,
    taken: usize,
}

#[derive(Debug, Eq, PartialEq)]
struct Exhausted;

impl fmt::Display for Exhausted {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str("no more bytes")
    }
}

impl core::error::Error for Exhausted {}

impl TryRng for Bytes {
    type Error = Exhausted;

    fn try_next_u32(&mut self) -> Result<u32, Exhausted> {
        let mut bytes = [0; 4];
        self.try_fill_bytes(&mut bytes)?;
        Ok(u32::from_le_bytes(bytes))
    }

    fn try_next_u64(&mut self) -> Result<u64, Exhausted> {
        let mut bytes = [0; 8];
        self.try_fill_bytes(&mut bytes)?;
        Ok(u64::from_le_bytes(bytes))
    }

    fn try_fill_bytes(&mut self, bytes: &mut [u8]) -> Result<(), Exhausted> {
        let end = self.taken + bytes.len();
        bytes.copy_from_slice(self.given.get(self.taken..end).ok_or(Exhausted)?);
        self.taken = end;
        Ok(())
    }
}

impl TryCryptoRng for Bytes {}

/// The nonce of these bytes, and the number of bytes that it used.
fn nonce(given: &[u8]) -> Result<(String, usize), Exhausted> {
    let mut generator = Bytes { given: given.to_vec(), taken: 0 };
    let nonce = Nonce::try_generate(&mut generator)?;
    Ok((nonce.to_string(), generator.taken))
}

#[test]
fn every_character_depends_on_its_own_byte_and_all_together_hold_128_bits() {
    const LENGTH: usize = 26;
    let zeros = [0; LENGTH];
    let (first, taken) = nonce(&zeros).unwrap();
    assert_eq!((first.len(), taken), (LENGTH, LENGTH));
    let alphabet: BTreeSet<u8> = ALPHABET.bytes().collect();
    // The probability of the most likely character, over all values of its byte: an attacker would guess that one.
    let bits: f64 = (0..LENGTH)
        .map(|place| {
            let mut counts = BTreeMap::<u8, u32>::new();
            for value in 0..=u8::MAX {
                let mut given = zeros;
                given[place] = value;
                let (made, _) = nonce(&given).unwrap();
                let made = made.as_bytes();
                *counts.entry(made[place]).or_default() += 1;
                for at in (0..LENGTH).filter(|at| *at != place) {
                    assert_eq!(made[at], first.as_bytes()[at], "byte {place} changes {at}");
                }
            }
            assert!(counts.keys().eq(&alphabet));
            -(f64::from(*counts.values().max().unwrap()) / 256.0).log2()
        })
        .sum();
    assert!(bits >= 128.0, "{bits} bits");
}

#[test]
fn too_few_bytes_are_an_error() {
    let (_, taken) = nonce(&[0; 256]).unwrap();
    for length in 0..taken {
        assert_eq!(nonce(&vec![0; length]), Err(Exhausted), "{length}");
    }
}

fn authorized(signer: &Signer, request: &Request) -> String {
    let authorization = signer.authorize(request).unwrap();
    let header = authorization.as_str();
    let (_, rest) = header.split_once("oauth_nonce=\"").unwrap();
    rest.split_once('"').unwrap().0.to_owned()
}

fn signer() -> (Signer, Request) {
    let signer = Signer::new(Credentials::new("key", "secret"));
    let request = Request::new("GET", "https://api.example.com/").unwrap();
    (signer, request)
}

/// Whether nonces look random: at each position every character is about equally frequent, and does not depend on the
/// one at the previous position.
fn look_drawn(nonces: &[String]) -> Result<(), String> {
    let distinct: HashSet<_> = nonces.iter().collect();
    if distinct.len() != nonces.len() {
        return Err("one came twice".to_owned());
    }
    // With n draws of 32 characters, a count is n / 32 on average. Its standard deviation is the square root of that.
    // Eight standard deviations do not occur.
    let expected = nonces.len() as f64 / 32.0;
    let bound = 8.0 * expected.sqrt();
    for place in 0..26 {
        for character in ALPHABET.bytes() {
            let count = nonces.iter().filter(|nonce| nonce.as_bytes().get(place) == Some(&character)).count();
            if (count as f64 - expected).abs() > bound {
                return Err(format!("{count} times {character} at {place}"));
            }
        }
        let kept =
            nonces.windows(2).filter(|pair| pair[0].as_bytes().get(place) == pair[1].as_bytes().get(place)).count();
        if (kept as f64 - expected).abs() > bound {
            return Err(format!("{place} is kept {kept} times"));
        }
    }
    Ok(())
}

#[test]
fn nonces_look_random_and_counters_do_not() {
    const MANY: usize = 6200;
    let (signer, request) = signer();
    let drawn: Vec<_> = (0..MANY).map(|_| authorized(&signer, &request)).collect();
    assert_eq!(look_drawn(&drawn), Ok(()));

    let counter: Vec<_> = (0..MANY).map(|count| format!("{count:026}")).collect();
    assert!(look_drawn(&counter).is_err());
    // A random start, followed by a counter.
    let beginning = &drawn[0][..16];
    let prefixed: Vec<_> = (0..MANY).map(|count| format!("{beginning}{count:08}")).collect();
    assert!(look_drawn(&prefixed).is_err());
}

/// A generator in the process's memory would continue in both from the same state.
#[cfg(unix)]
#[test]
fn a_process_and_its_fork_make_different_nonces() {
    use std::io::{BufRead as _, BufReader, Write as _};

    const EACH: usize = 1000;
    let (signer, request) = signer();
    // Initializes everything that is kept.
    let before = authorized(&signer, &request);
    let (reader, mut writer) = std::io::pipe().unwrap();
    let fork = fork::fork().unwrap();
    if fork == fork::Fork::Child {
        // The test harness does not work in the child: no panic, no output.
        let lines: String = (0..EACH).map(|_| authorized(&signer, &request) + "\n").collect();
        let is_written = writer.write_all(lines.as_bytes()).is_ok();
        std::process::exit(i32::from(!is_written));
    }
    drop(writer);
    let parents: Vec<_> = (0..EACH).map(|_| authorized(&signer, &request)).collect();
    let childs: Vec<_> = BufReader::new(reader).lines().map(Result::unwrap).collect();
    assert_eq!(childs.len(), EACH);
    let all: HashSet<_> = [before].into_iter().chain(parents).chain(childs).collect();
    assert_eq!(all.len(), 2 * EACH + 1);
}

#[test]
fn missing_randomness_is_an_error() {
    let text = AuthorizeError::Randomness.to_string();
    for word in ["operating system", "no random numbers", "getrandom", "/dev/urandom"] {
        assert!(text.contains(word), "{text}");
    }
}

/// The program without the system call and without devices.
#[cfg(all(feature = "cli", target_os = "linux"))]
mod without_randomness {
    use std::process::{Command, Output, Stdio};

    /// Runs a program for which `getrandom` returns this error, with a system call filter (seccomp(2)).
    const FILTER: &str = r#"
import ctypes, os, platform, struct, sys
number = {"x86_64": 318, "aarch64": 278}[platform.machine()]
load, jump_if_equal, result = 0x20, 0x15, 0x06
steps = [(load, 0, 0, 0), (jump_if_equal, 0, 1, number), (result, 0, 0, 0x50000 | int(sys.argv[1])), (result, 0, 0, 0x7fff0000)]
code = ctypes.create_string_buffer(b"".join(struct.pack("HBBI", *step) for step in steps))
program = ctypes.create_string_buffer(struct.pack("HxxxxxxQ", len(steps), ctypes.addressof(code)))
prctl = ctypes.CDLL(None).prctl
no_new_privileges, set_filter = 38, 22
assert prctl(no_new_privileges, 1, 0, 0, 0) == 0
assert prctl(set_filter, 2, ctypes.c_void_p(ctypes.addressof(program)), 0, 0) == 0
os.execv(sys.argv[2], sys.argv[2:])
"#;

    /// The errors of an old kernel and of a strict container.
    const ENOSYS: &str = "38";
    const EPERM: &str = "1";

    fn run(error: &str, arguments: &[&str]) -> Output {
        // An empty /dev, as in an image from scratch; in a user namespace if the user cannot mount one.
        let script = "mount -t tmpfs none /dev || exit 98; exec python3 -S -c \"$FILTER\" \"$@\"";
        let mut command = Command::new("unshare");
        if !rustix::process::geteuid().is_root() {
            command.arg("--map-root-user");
        }
        command
            .args(["--mount", "/bin/sh", "-c", script, "sh", error])
            .arg(env!("CARGO_BIN_EXE_exh-oauth1"))
            .args(arguments)
            .env_clear()
            .env("PATH", "/usr/sbin:/usr/bin:/sbin:/bin")
            .env("FILTER", FILTER)
            .env("API_OAUTH_CONSUMER_KEY", "key")
            .env("API_OAUTH_CONSUMER_SECRET", "q7fUmJ2consumerXk4")
            .env("API_OAUTH_TOKEN", "token")
            .env("API_OAUTH_TOKEN_SECRET", "w3bRzL9tokenVn6")
            .stdin(Stdio::null());
        command.output().unwrap()
    }

    /// Whether this machine allows that.
    fn is_possible() -> bool {
        let has = |name| Command::new(name).arg("--version").output().is_ok();
        let probe = || run(ENOSYS, &["--version"]).status.success();
        cfg!(any(target_arch = "x86_64", target_arch = "aarch64")) && has("python3") && has("unshare") && probe()
    }

    #[test]
    fn the_program_reports_it_and_does_not_panic() {
        if !is_possible() {
            crate::support::skip("no randomness, which needs python3, and root or user namespaces");
            return;
        }
        for error in [ENOSYS, EPERM] {
            for (arguments, code) in [
                (&["sign", "GET", "http://x/"][..], 1),
                (&["me", "--host", "127.0.0.1:1"], 1),
                (&["me", "--host", "https://127.0.0.1:1"], 1),
                (&["get", "/x", "--host", "127.0.0.1:1", "--dry-run"], 1),
                (&["me", "--sandbox"], 1),
                (&["sandbox"], 1),
                (&["explain", "GET", "http://x/"], 1),
                (&["doctor", "--host", "127.0.0.1:1"], 1),
                // No randomness is needed.
                (&["sign", "GET", "http://x/", "--nonce", "a"], 0),
            ] {
                let output = run(error, arguments);
                let out = String::from_utf8_lossy(&output.stdout);
                let errors = String::from_utf8_lossy(&output.stderr);
                assert_eq!(output.status.code(), Some(code), "{arguments:?}: {errors}");
                assert!(!errors.contains("panicked"), "{arguments:?}: {errors}");
                let said = format!("{out}{errors}");
                assert!(!said.contains("q7fUmJ2") && !said.contains("w3bRzL9"), "{said}");
                assert_eq!(
                    said.contains("the operating system provides no random numbers"),
                    code == 1,
                    "{arguments:?}: {said}"
                );
            }
        }
    }
}
