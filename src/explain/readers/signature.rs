//! The signature as it was received, taken out of whatever was put around the digest
//! (RFC 5849 §3.4.2, §3.5.1).

use base64::{
    Engine as _, alphabet,
    engine::{DecodePaddingMode, GeneralPurpose, GeneralPurposeConfig, general_purpose::STANDARD},
};

use crate::explain::encode::{decode, digit};

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
    let trimmed = text.trim_ascii();
    if trimmed.len() < text.len() {
        findings.push("signature-with-newline");
    }
    if trimmed.contains(&b' ') {
        findings = vec!["signature-plus-lost"];
    }
    let spelled: Vec<u8> = trimmed.iter().map(|byte| if *byte == b' ' { b'+' } else { *byte }).collect();
    let bytes = bytes(&spelled, &mut findings);
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
    if let Ok(bytes) = STANDARD.decode(text) {
        if let Some(digest) = hex(&bytes) {
            findings.push("signature-hex-in-base64");
            return Some(digest);
        }
        return Some(bytes);
    }
    let is_url = text.iter().any(|byte| matches!(byte, b'-' | b'_'));
    let engine = if is_url { LENIENT_URL } else { LENIENT_STANDARD };
    let bytes = engine.decode(text).ok()?;
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

/// The bytes of hexadecimal digits, of the length of a digest.
fn hex(text: &[u8]) -> Option<Vec<u8>> {
    if !matches!(text.len(), 40 | 64 | 128) {
        return None;
    }
    text.chunks(2).map(|pair| Some(digit(pair[0])? * 16 + digit(pair[1])?)).collect()
}
