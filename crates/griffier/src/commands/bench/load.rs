//! Requests at a fixed rate, whatever the answers: who asks for a page does not wait until others have
//! theirs. The time of an answer counts from the moment at which it should have been asked for.

use std::time::{Duration, Instant};

use anyhow::{Context, Result};
use axum::body::{Body, to_bytes};
use axum::http::{Request, header};
use hyper_util::client::legacy::Client;
use hyper_util::client::legacy::connect::HttpConnector;
use hyper_util::rt::TokioExecutor;
use tokio::task::JoinSet;

/// The largest answer that is read.
const MAX_BYTES: usize = 256 << 20;
/// How long an answer may take before it counts as failed.
const PATIENCE: Duration = Duration::from_secs(30);
/// With so many answers outstanding the site is overrun; what is asked for beyond that has failed.
const MOST_UNDER_WAY: usize = 500;
/// An idle site says within this time that it is healthy.
const AT_ONCE: Duration = Duration::from_millis(100);

/// Asks for pages of one site.
#[derive(Clone)]
pub(super) struct Visitor {
    client: Client<HttpConnector, Body>,
    site: String,
}

/// How a class of pages was answered.
pub(super) struct Outcome {
    /// How long each answer took, from the shortest to the longest.
    times: Vec<Duration>,
    pub(super) failures: usize,
    pub(super) bytes: u64,
}

impl Outcome {
    /// These times, in whatever order, without a failure.
    pub(super) fn of(mut times: Vec<Duration>) -> Self {
        times.sort_unstable();
        Self { times, failures: 0, bytes: 0 }
    }

    /// The time within which this share of the answers came.
    pub(super) fn percentile(&self, percent: usize) -> Duration {
        let last = self.times.len().saturating_sub(1);
        let place = (self.times.len() * percent).div_ceil(100).saturating_sub(1).min(last);
        self.times.get(place).copied().unwrap_or_default()
    }

    pub(super) fn answers(&self) -> usize {
        self.times.len()
    }

    /// An answer: how long it took, its status and its size, or that there was none.
    fn add(&mut self, (time, answer): (Duration, Option<(u16, u64)>)) {
        match answer {
            Some((status, bytes)) if status < 400 => {
                self.times.push(time);
                self.bytes += bytes;
            }
            _ => self.failures += 1,
        }
    }
}

impl Visitor {
    pub(super) fn new(site: &str) -> Self {
        let client = Client::builder(TokioExecutor::new()).build_http();
        Self { client, site: site.trim_end_matches('/').to_owned() }
    }

    /// The page at a path, with its status, as a browser gets it but not compressed.
    pub(super) async fn page(&self, path: &str) -> Result<(u16, String)> {
        let request = Request::get(format!("{}{path}", self.site)).body(Body::empty())?;
        let response = self.client.request(request).await?;
        let status = response.status().as_u16();
        let bytes = to_bytes(Body::new(response.into_body()), MAX_BYTES).await?;
        Ok((status, String::from_utf8_lossy(&bytes).into_owned()))
    }

    /// Asks for these paths in turn, so many a second for so long.
    pub(super) async fn load(
        &self,
        paths: &[String],
        per_second: u32,
        time: Duration,
    ) -> Result<Outcome> {
        let interval = Duration::from_secs(1) / per_second.max(1);
        let mut under_way = JoinSet::new();
        let mut outcome = Outcome { times: Vec::new(), failures: 0, bytes: 0 };
        let begin = Instant::now();
        let mut due = Duration::ZERO;
        for path in paths.iter().cycle() {
            if due >= time {
                break;
            }
            tokio::time::sleep_until((begin + due).into()).await;
            while let Some(answered) = under_way.try_join_next() {
                outcome.add(answered.context("a request panicked")?);
            }
            if under_way.len() >= MOST_UNDER_WAY {
                outcome.failures += 1;
            } else {
                let (visitor, path, asked) = (self.clone(), path.clone(), begin + due);
                under_way.spawn(async move {
                    let answer = tokio::time::timeout(PATIENCE, visitor.compressed(&path)).await;
                    (asked.elapsed(), answer.ok().and_then(Result::ok))
                });
            }
            due += interval;
        }
        while let Some(answered) = under_way.join_next().await {
            outcome.add(answered.context("a request panicked")?);
        }
        outcome.times.sort_unstable();
        Ok(outcome)
    }

    /// Waits until the site has nothing left to do, but not for longer than `PATIENCE`.
    pub(super) async fn until_idle(&self) {
        let begin = Instant::now();
        while begin.elapsed() < PATIENCE {
            let asked = Instant::now();
            // Whether it fails or is slow: it is not idle.
            let answer = tokio::time::timeout(PATIENCE, self.page("/health")).await;
            if matches!(answer, Ok(Ok(_))) && asked.elapsed() < AT_ONCE {
                return;
            }
            tokio::time::sleep(AT_ONCE).await;
        }
    }

    /// The status of a page and its size on the way, as a browser asks for it.
    async fn compressed(&self, path: &str) -> Result<(u16, u64)> {
        let request = Request::get(format!("{}{path}", self.site))
            .header(header::ACCEPT_ENCODING, "gzip")
            .body(Body::empty())?;
        let response = self.client.request(request).await?;
        let status = response.status().as_u16();
        let bytes = to_bytes(Body::new(response.into_body()), MAX_BYTES).await?;
        Ok((status, bytes.len() as u64))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_percentile_is_the_time_within_which_that_share_came() {
        let times = (1..=200).map(Duration::from_millis).collect();
        let outcome = Outcome { times, failures: 0, bytes: 0 };
        assert_eq!(outcome.percentile(50), Duration::from_millis(100));
        assert_eq!(outcome.percentile(99), Duration::from_millis(198));
        assert_eq!(outcome.percentile(100), Duration::from_millis(200));
        let none = Outcome { times: Vec::new(), failures: 0, bytes: 0 };
        assert_eq!(none.percentile(99), Duration::ZERO);
    }
}
