//! The signature as it was received, taken out of whatever was put around the digest
//! (RFC 5849 §3.4.2, §3.5.1).

use base64::{
    Engine as _, alphabet,
    engine::{DecodePaddingMode, GeneralPurpose, GeneralPurposeConfig, general_purpose::STANDARD},
};

use crate::explain::{
    encode::{decode, digit},
    search::Hash,
};

/// One way to read a signature.
#[derive(Clone, Debug, Eq, PartialEq)]
pub(crate) struct Reading {
    /// The signature as text, after percent decoding.
    pub(crate) text: Vec<u8>,
    /// The bytes that the text stands for, if it stands for any.
    pub(crate) bytes: Option<Vec<u8>>,
    /// The mistakes that this reading repairs.
    pub(crate) findings: Vec<&'static str>,
}

const LENIENT: GeneralPurposeConfig = GeneralPurposeConfig::new()
    .with_decode_padding_mode(DecodePaddingMode::Indifferent)
    .with_decode_allow_trailing_bits(true);
const LENIENT_STANDARD: GeneralPurpose = GeneralPurpose::new(&alphabet::STANDARD, LENIENT);
const LENIENT_URL: GeneralPurpose = GeneralPurpose::new(&alphabet::URL_SAFE, LENIENT);

/// Reads the value of `oauth_signature` as it is in the header.
pub(crate) fn read(raw: &str) -> Reading {
    let mut findings = Vec::new();
    if raw.contains(['+', '/', '=', ' ', '&']) {
        findings.push("signature-not-encoded-in-header");
    }
    let mut text = decode(raw.as_bytes(), false);
    for _ in 0..2 {
        let next = decode(&text, false);
        // Not even a secret in `PLAINTEXT` is base64 with a percent sign.
        if next == text || !next.iter().all(|byte| is_base64(*byte)) {
            break;
        }
        text = next;
        findings = vec!["signature-encoded-twice"];
    }
    let literal = text.strip_prefix(b"b'").and_then(|rest| rest.strip_suffix(b"'"));
    if literal.is_some() {
        findings = vec!["signature-python-bytes"];
    }
    let bytes = bytes(literal.unwrap_or(&text), &mut findings);
    Reading { text, bytes, findings }
}

fn is_base64(byte: u8) -> bool {
    byte.is_ascii_alphanumeric() || b"+/=-_ \r\n".contains(&byte)
}

/// The bytes of a digest or of an RSA signature.
fn bytes(text: &[u8], findings: &mut Vec<&'static str>) -> Option<Vec<u8>> {
    if let Some(digest) = hex(text) {
        findings.push("signature-hex");
        return Some(digest);
    }
    let is_break = |byte: &u8| matches!(byte, b'\r' | b'\n');
    if text.trim_ascii().len() < text.len() || text.iter().any(is_break) {
        findings.push("signature-with-newline");
    }
    let text = text.trim_ascii();
    if text.contains(&b' ') {
        *findings = vec!["signature-plus-lost"];
    }
    let text: Vec<u8> = plus_for_space(text.split(is_break).collect::<Vec<_>>().concat());
    if let Ok(bytes) = STANDARD.decode(&text) {
        if let Some(digest) = hex(&bytes) {
            findings.push("signature-hex-in-base64");
            return Some(digest);
        }
        if let Some(digest) = STANDARD.decode(bytes.trim_ascii()).ok().filter(|it| Hash::of_length(it.len()).is_some())
        {
            findings.push("signature-base64-twice");
            return Some(digest);
        }
        return Some(bytes);
    }
    let is_url = text.iter().any(|byte| matches!(byte, b'-' | b'_'));
    let engine = if is_url { LENIENT_URL } else { LENIENT_STANDARD };
    let bytes = engine.decode(&text).ok()?;
    if is_url {
        findings.push("signature-base64url");
    }
    if !text.len().is_multiple_of(4) {
        findings.push("signature-without-padding");
    } else if !is_url {
        findings.push("signature-not-canonical");
    }
    Some(bytes)
}

fn plus_for_space(mut text: Vec<u8>) -> Vec<u8> {
    text.iter_mut().filter(|byte| **byte == b' ').for_each(|byte| *byte = b'+');
    text
}

/// The bytes of hexadecimal digits, of the length of a digest or an RSA signature, also after a label as openssl prints
/// it, and with the hyphens of .NET's `BitConverter`.
fn hex(text: &[u8]) -> Option<Vec<u8>> {
    let digits = text.trim_ascii().rsplit(|byte| *byte == b' ').next()?;
    let digits: Vec<u8> = digits.iter().copied().filter(|byte| *byte != b'-').collect();
    let is_whole = matches!(digits.len(), 40 | 64 | 128) || (digits.len() >= 256 && digits.len().is_multiple_of(2));
    let bytes = digits.chunks(2).map(|pair| Some(digit(pair[0])? * 16 + digit(*pair.get(1)?)?)).collect();
    Some(bytes).filter(|_| is_whole).flatten()
}
