//! Secrets: how they are made, and how they are recognised without being kept.

use hmac::{Hmac, KeyInit, Mac};
use sha2::{Digest, Sha256};
use store::accounts::Hash;

/// A fresh secret that nobody can guess: 64 hexadecimal digits.
///
/// # Errors
/// If the system gives no randomness.
pub fn fresh() -> Result<String, getrandom::Error> {
    let mut bytes = [0; 32];
    getrandom::fill(&mut bytes)?;
    Ok(hexadecimal(&bytes))
}

/// Whether this has the form of what [`fresh`] makes.
pub fn is_one(text: &str) -> bool {
    text.len() == 64 && text.bytes().all(|digit| digit.is_ascii_hexdigit())
}

/// A code of six digits that somebody can type over.
///
/// # Errors
/// If the system gives no randomness.
pub fn code() -> Result<String, getrandom::Error> {
    // 2^64 is so much more than a million that no code is likelier than another to speak of.
    Ok(format!("{:06}", getrandom::u64()? % 1_000_000))
}

/// What is kept of a secret.
pub fn hash(secret: &str) -> Hash {
    Sha256::digest(secret.as_bytes()).into()
}

/// What is kept of a code: it takes the secret of the browser that asked for it as well.
pub fn hash_of_code(browser: &str, code: &str) -> Hash {
    hash(&format!("{browser} {code}"))
}

/// The signature of a text with a key, in bytes.
pub(crate) fn sign(key: &[u8], text: &[u8]) -> Hash {
    keyed(key, text).finalize().into_bytes().into()
}

/// Whether a signature is that of a text with a key. Takes as long for a wrong one as for the right one.
pub(crate) fn is_signed(key: &[u8], text: &[u8], signature: &[u8]) -> bool {
    keyed(key, text).verify_slice(signature).is_ok()
}

fn keyed(key: &[u8], text: &[u8]) -> Hmac<Sha256> {
    // A key of any length will do, says HMAC.
    #[expect(clippy::unwrap_used, reason = "see the line above")]
    let mut mac = Hmac::<Sha256>::new_from_slice(key).unwrap();
    mac.update(text);
    mac
}

/// Bytes as hexadecimal digits.
pub(crate) fn hexadecimal(bytes: &[u8]) -> String {
    bytes.iter().map(|byte| format!("{byte:02x}")).collect()
}

/// Hexadecimal digits as bytes.
pub(crate) fn from_hexadecimal(digits: &str) -> Option<Vec<u8>> {
    if digits.len() % 2 != 0 || !digits.bytes().all(|digit| digit.is_ascii_hexdigit()) {
        return None;
    }
    (0..digits.len())
        .step_by(2)
        .map(|place| u8::from_str_radix(digits.get(place..place + 2)?, 16).ok())
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn secrets_and_codes_are_well_formed_and_differ() {
        let (one, other) = (fresh().unwrap(), fresh().unwrap());
        assert_eq!(one.len(), 64);
        assert_ne!(one, other);
        assert_eq!(from_hexadecimal(&one).unwrap().len(), 32);
        for _ in 0..100 {
            let code = code().unwrap();
            assert!(code.len() == 6 && code.bytes().all(|digit| digit.is_ascii_digit()), "{code}");
        }
    }

    #[test]
    fn only_the_right_key_and_text_have_the_signature() {
        // RFC 4231, test case 2.
        let signature = sign(b"Jefe", b"what do ya want for nothing?");
        assert_eq!(
            hexadecimal(&signature),
            "5bdcc146bf60754e6a042426089575c75a003f089d2739839dec58b964ec3843"
        );
        assert!(is_signed(b"Jefe", b"what do ya want for nothing?", &signature));
        assert!(!is_signed(b"Jefe", b"what do ya want for nothing!", &signature));
        assert!(!is_signed(b"Jeff", b"what do ya want for nothing?", &signature));
        assert!(!is_signed(b"Jefe", b"what do ya want for nothing?", &signature[..31]));
    }

    #[test]
    fn what_is_no_hexadecimal_gives_nothing() {
        for text in ["0", "0g", "é0", "+1", "-1"] {
            assert_eq!(from_hexadecimal(text), None, "{text}");
        }
    }
}
