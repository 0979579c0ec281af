//! Addresses that stop mail without logging in. They are signed, so that nobody can make one for another.

use percent_encoding::{AsciiSet, NON_ALPHANUMERIC, utf8_percent_encode};

use super::Letterhead;
use crate::secret;

/// What an address in a mail stops.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Stop {
    /// Whose mail.
    pub account: i64,
    /// Only that of these monitors; none: all of it.
    pub monitors: Vec<i64>,
    /// Only what concerns this page.
    pub topic: Option<String>,
}

/// What is written otherwise in a query: all but what an address of the site is made of.
const VALUE: &AsciiSet =
    &NON_ALPHANUMERIC.remove(b'/').remove(b'-').remove(b'.').remove(b'_').remove(b'~');

impl Stop {
    /// Stops all mail to an account.
    pub fn all(account: i64) -> Self {
        Self { account, monitors: Vec::new(), topic: None }
    }

    /// Stops monitors of an account.
    pub fn monitors(account: i64, monitors: Vec<i64>) -> Self {
        Self { account, monitors, topic: None }
    }

    /// What the path and the query of such an address say. Whether we made it, [`Letterhead::may_stop`]
    /// tells.
    pub fn parse(what: &str, topic: Option<String>) -> Option<Self> {
        let mut numbers = what.split('-').map(|number| number.parse::<i64>().ok());
        let account = numbers.next()??;
        Some(Self { account, monitors: numbers.collect::<Option<_>>()?, topic })
    }

    /// The account and the monitors: `12-3-7`.
    fn what(&self) -> String {
        let monitors: String = self.monitors.iter().map(|monitor| format!("-{monitor}")).collect();
        format!("{}{monitors}", self.account)
    }

    /// What is signed. The key signs for nothing else under this name.
    fn signed(&self) -> String {
        format!("unsubscribe {} {}", self.what(), self.topic.as_deref().unwrap_or_default())
    }
}

impl Letterhead {
    /// The address at which one click stops something. It holds as long as the account is there.
    pub fn stop_address(&self, stop: &Stop) -> String {
        self.address(&self.stop_path(stop))
    }

    /// The same on the site itself.
    pub fn stop_path(&self, stop: &Stop) -> String {
        let signature = secret::hexadecimal(&secret::sign(&self.key, stop.signed().as_bytes()));
        let topic = stop.topic.as_deref();
        let over = topic.map(|topic| format!("?over={}", utf8_percent_encode(topic, VALUE)));
        format!("/uitschrijven/{}/{signature}{}", stop.what(), over.unwrap_or_default())
    }

    /// Whether a signature is that of [`Self::stop_address`].
    pub fn may_stop(&self, stop: &Stop, signature: &str) -> bool {
        secret::from_hexadecimal(signature).is_some_and(|signature| {
            secret::is_signed(&self.key, stop.signed().as_bytes(), &signature)
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_its_own_address_stops_something() {
        let site = "https://griffier.nl/".parse().unwrap();
        let letterhead = Letterhead::new(&site, "key");
        let topic = Some("/dossier/36800-XVI".to_owned());
        let stops = [
            Stop::all(12),
            Stop::all(13),
            Stop::monitors(12, vec![3]),
            Stop::monitors(12, vec![3, 7]),
            Stop { topic: topic.clone(), ..Stop::monitors(12, vec![3]) },
            Stop { topic: Some("/dossier/36800".into()), ..Stop::monitors(12, vec![3]) },
        ];
        for stop in &stops {
            let address = letterhead.stop_address(stop);
            let (what, rest) = address
                .strip_prefix("https://griffier.nl/uitschrijven/")
                .and_then(|rest| rest.split_once('/'))
                .unwrap();
            let signature = rest.split('?').next().unwrap();
            assert_eq!(Stop::parse(what, stop.topic.clone()).as_ref(), Some(stop));
            for other in &stops {
                assert_eq!(letterhead.may_stop(other, signature), other == stop, "{other:?}");
            }
            assert!(!letterhead.may_stop(stop, &signature[2..]));
            assert!(!letterhead.may_stop(stop, ""));
            assert!(!Letterhead::new(&site, "other key").may_stop(stop, signature));
        }
        assert!(letterhead.stop_address(&stops[4]).ends_with("?over=/dossier/36800-XVI"));
        for what in ["", "-", "x", "1-", "1-x", "1--2"] {
            assert_eq!(Stop::parse(what, None), None, "{what}");
        }
    }
}
