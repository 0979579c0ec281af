//! How often something may be asked for. Counted in memory, and forgotten with it: network addresses
//! are written nowhere.

use std::collections::HashMap;
use std::net::{IpAddr, SocketAddr};
use std::sync::{Mutex, PoisonError};
use std::time::{Duration, Instant};

use axum::extract::ConnectInfo;
use axum::http::{Extensions, HeaderMap};

use crate::Site;

/// So many keys are counted. Beyond that those are forgotten whose time is surely over, and if there
/// are none, all: how often a single code may be tried is counted in the store.
const MOST_KEYS: usize = 100_000;

/// So often within so long.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Limit {
    name: &'static str,
    times: u32,
    within: Duration,
}

const HOUR: Duration = Duration::from_secs(60 * 60);
const DAY: Duration = Duration::from_secs(24 * 60 * 60);

impl Limit {
    /// Mails to log in, to one address.
    pub(crate) const MAIL_PER_HOUR: Limit = Limit { name: "mail per hour", times: 5, within: HOUR };
    /// The same; each mail has a code that can be guessed at.
    pub(crate) const MAIL_PER_DAY: Limit = Limit { name: "mail per day", times: 15, within: DAY };
    /// Mails to log in, for one network.
    pub(crate) const MAIL_PER_NETWORK: Limit =
        Limit { name: "mail per network", times: 30, within: HOUR };
    /// Codes and links tried, by one network.
    pub(crate) const PROOFS: Limit = Limit { name: "proofs", times: 60, within: HOUR };
    /// Trials of webhooks, by one account.
    pub(crate) const WEBHOOK_TRIALS: Limit =
        Limit { name: "webhook trials", times: 30, within: HOUR };
}

/// What was asked for of late.
#[derive(Debug, Default)]
pub struct Limits {
    counts: Mutex<HashMap<(&'static str, String), Count>>,
}

#[derive(Debug, Clone, Copy)]
struct Count {
    since: Instant,
    times: u32,
}

impl Limits {
    /// Counts one more, and whether that is still within the limit.
    pub(crate) fn allows(&self, limit: Limit, who: &str) -> bool {
        self.allows_at(limit, who, Instant::now())
    }

    fn allows_at(&self, limit: Limit, who: &str, now: Instant) -> bool {
        // A count is whole at any moment.
        let mut counts = self.counts.lock().unwrap_or_else(PoisonError::into_inner);
        if counts.len() >= MOST_KEYS {
            counts.retain(|_, count| now.duration_since(count.since) < DAY);
            if counts.len() >= MOST_KEYS {
                counts.clear();
            }
        }
        let count =
            counts.entry((limit.name, who.to_owned())).or_insert(Count { since: now, times: 0 });
        if now.duration_since(count.since) >= limit.within {
            *count = Count { since: now, times: 0 };
        }
        count.times = count.times.saturating_add(1);
        count.times <= limit.times
    }
}

impl Site {
    /// The network from which a request comes, as far as one household or company has it.
    pub(crate) fn network(&self, headers: &HeaderMap, extensions: &Extensions) -> String {
        let peer =
            extensions.get::<ConnectInfo<SocketAddr>>().map(|peer| peer.0.ip().to_canonical());
        let behind = peer
            .filter(|peer| self.trusted_proxy == Some(*peer))
            .and_then(|_| forwarded_for(headers));
        match behind.or(peer) {
            Some(IpAddr::V4(address)) => address.to_string(),
            Some(IpAddr::V6(address)) => {
                let [a, b, c, d, ..] = address.segments();
                format!("{a:x}:{b:x}:{c:x}:{d:x}::/64")
            }
            None => String::new(),
        }
    }
}

/// Whom the nearest proxy had the request from: it adds that at the end. What stands before it is
/// what others say.
fn forwarded_for(headers: &HeaderMap) -> Option<IpAddr> {
    let all = headers.get_all("x-forwarded-for").iter().next_back()?.to_str().ok()?;
    let last = all.rsplit(',').next()?.trim();
    let address: IpAddr = last.trim_start_matches('[').trim_end_matches(']').parse().ok()?;
    Some(address.to_canonical())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn each_is_counted_by_itself_until_its_time_is_over() {
        let limits = Limits::default();
        let start = Instant::now();
        let limit = Limit { name: "x", times: 2, within: HOUR };
        assert!(limits.allows_at(limit, "jan", start));
        assert!(limits.allows_at(limit, "jan", start));
        assert!(!limits.allows_at(limit, "jan", start + HOUR / 2));
        assert!(limits.allows_at(limit, "piet", start));
        assert!(limits.allows_at(Limit { name: "y", ..limit }, "jan", start));
        assert!(limits.allows_at(limit, "jan", start + HOUR));
    }

    #[test]
    fn what_is_counted_has_a_bound() {
        let limits = Limits::default();
        let limit = Limit { name: "x", times: 2, within: HOUR };
        for who in 0..MOST_KEYS + 10 {
            assert!(limits.allows(limit, &who.to_string()));
        }
        assert!(limits.counts.lock().unwrap().len() <= MOST_KEYS);
    }

    #[test]
    fn of_those_whom_a_request_went_by_the_last_is_believed() {
        let mut headers = HeaderMap::new();
        headers.append("x-forwarded-for", "1.2.3.4".parse().unwrap());
        headers.append("x-forwarded-for", "10.0.0.1, 192.0.2.7".parse().unwrap());
        assert_eq!(forwarded_for(&headers), Some([192, 0, 2, 7].into()));
        headers.append("x-forwarded-for", "onzin".parse().unwrap());
        assert_eq!(forwarded_for(&headers), None);
    }
}
