//! What goes wrong at the source, imitated on demand: which faults, how often, and when.
//!
//! The same seed gives the same faults. Faults of a *request* are drawn anew when the request is
//! repeated, so that a client that tries again gets everything in the end. Faults of a *file* last:
//! the source mends those no more.

use std::fmt;
use std::str::FromStr;
use std::time::Duration;

use anyhow::{Context, Result, bail};
use model::{Category, Uuid};

use crate::draw::Draw;

/// The most that the shares of failing requests may add up to: a client that tries again must come
/// through.
const MOST_FAILING: f64 = 0.9;

/// What is to go wrong. The default is nothing.
///
/// Its textual form is a list with commas, such as
/// `latency=600ms,429=0.02,reset=0.01,missing=0.02,fail=Stemming,bump=1000@30s`.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct Faults {
    /// `latency=600ms` or `latency=500ms..900ms`: every answer comes so much later.
    pub latency: Option<(Duration, Duration)>,
    /// `429=SHARE`: of the requests, answered 429, half of them with `Retry-After: 1`.
    pub too_many: f64,
    /// `500=SHARE`: of the requests, answered 500.
    pub server_error: f64,
    /// `reset=SHARE`: of the requests, whose connection is reset halfway the answer.
    pub reset: f64,
    /// `truncate=SHARE`: of the requests, of whose answer only the first half comes: less than the
    /// announced length, or for a page, half of the times, without any announcement.
    pub truncate: f64,
    /// `garble=SHARE`: of the pages of the feed, that are not well-formed.
    pub garble: f64,
    /// `missing=SHARE`: of the files, that are not there (404).
    pub missing: f64,
    /// `mislabel=SHARE`: of the files, that are labelled as of another kind.
    pub mislabel: f64,
    /// `wrong-length=SHARE`: of the files, whose announced length in the feed is wrong.
    pub wrong_length: f64,
    /// `late=SHARE`: of the entries near the end of a feed, that become visible only some time after
    /// those with higher tokens.
    pub late: f64,
    /// `fail=CATEGORY`, repeatable: whose feed always answers 500.
    pub fail: Vec<Category>,
    /// `bump=COUNT@TIME`: so many old documents are published again, unchanged, after this time.
    pub bump: Option<(usize, Duration)>,
    /// `restart=TIME`: the source's sequence begins again with low tokens after this time.
    pub restart: Option<Duration>,
    /// What all draws depend on.
    pub seed: u64,
}

/// What happens to one request.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Mishap {
    TooMany { retry_after: bool },
    ServerError,
    Reset,
    TruncateAnnounced,
    TruncateSilently,
    Garble,
}

/// What the drawing of the faults of a file is for: each fault strikes files of its own.
#[derive(Clone, Copy)]
enum Of {
    Request,
    Latency,
    Missing,
    Label,
    Length,
    Late,
}

impl Faults {
    /// The same faults, drawn from another seed.
    #[must_use]
    pub fn with_seed(self, seed: u64) -> Self {
        Self { seed, ..self }
    }

    /// What happens to the `attempt`th request for the address with this hash.
    pub(crate) fn mishap(&self, address: u64, attempt: u64) -> Option<Mishap> {
        let mut draw = self.draw(Of::Request, &[address, attempt]);
        let mut left = draw.fraction();
        let half = draw.chance(0.5);
        let truncated = if half { Mishap::TruncateAnnounced } else { Mishap::TruncateSilently };
        let shares = [
            (self.too_many, Mishap::TooMany { retry_after: half }),
            (self.server_error, Mishap::ServerError),
            (self.reset, Mishap::Reset),
            (self.truncate, truncated),
            (self.garble, Mishap::Garble),
        ];
        for (share, mishap) in shares {
            if left < share {
                return Some(mishap);
            }
            left -= share;
        }
        None
    }

    /// How long the answer to the `attempt`th request for an address is held back.
    pub(crate) fn delay(&self, address: u64, attempt: u64) -> Option<Duration> {
        let (least, most) = self.latency?;
        let share = self.draw(Of::Latency, &[address, attempt]).fraction();
        Some(least + (most - least).mul_f64(share))
    }

    /// Whether the file of this entity is not there.
    pub(crate) fn is_missing(&self, id: Uuid) -> bool {
        self.of_file(Of::Missing, id).chance(self.missing)
    }

    /// The wrong media type of this entity's file, if it has one.
    pub(crate) fn wrong_label(&self, id: Uuid, right: &str) -> Option<&'static str> {
        const LABELS: [&str; 3] = [
            "application/pdf",
            "application/vnd.openxmlformats-officedocument.wordprocessingml.document",
            "text/html",
        ];
        let mut draw = self.of_file(Of::Label, id);
        if !draw.chance(self.mislabel) {
            return None;
        }
        LABELS.into_iter().filter(|label| *label != right).nth(usize::from(draw.chance(0.5)))
    }

    /// What the feed says of the length of this entity's file, where that is wrong.
    pub(crate) fn wrong_length(&self, id: Uuid, right: i64) -> Option<i64> {
        let mut draw = self.of_file(Of::Length, id);
        let off = 1 + i64::try_from(draw.below(5_000)).unwrap_or_default();
        draw.chance(self.wrong_length).then_some(right + off)
    }

    /// Whether the entry with this token is one that becomes visible late.
    pub(crate) fn is_late(&self, token: model::Token) -> bool {
        self.late > 0.0 && self.draw(Of::Late, &[token.unsigned_abs()]).chance(self.late)
    }

    fn of_file(&self, of: Of, id: Uuid) -> Draw {
        let (high, low) = id.as_u64_pair();
        self.draw(of, &[high, low])
    }

    fn draw(&self, of: Of, parts: &[u64]) -> Draw {
        let mut all = vec![self.seed, of as u64];
        all.extend_from_slice(parts);
        Draw::of(&all)
    }
}

/// The shares by their names.
type Share = (&'static str, fn(&mut Faults) -> &mut f64);
const SHARES: [Share; 9] = [
    ("429", |faults| &mut faults.too_many),
    ("500", |faults| &mut faults.server_error),
    ("reset", |faults| &mut faults.reset),
    ("truncate", |faults| &mut faults.truncate),
    ("garble", |faults| &mut faults.garble),
    ("missing", |faults| &mut faults.missing),
    ("mislabel", |faults| &mut faults.mislabel),
    ("wrong-length", |faults| &mut faults.wrong_length),
    ("late", |faults| &mut faults.late),
];

impl FromStr for Faults {
    type Err = anyhow::Error;

    fn from_str(text: &str) -> Result<Self> {
        let mut faults = Faults::default();
        for fault in text.split(',').map(str::trim).filter(|fault| !fault.is_empty()) {
            let (name, value) = fault
                .split_once('=')
                .with_context(|| format!("{fault:?} has no value: expected name=value"))?;
            faults.set(name.trim(), value.trim()).with_context(|| format!("in {fault:?}"))?;
        }
        let failing =
            faults.too_many + faults.server_error + faults.reset + faults.truncate + faults.garble;
        if failing > MOST_FAILING {
            bail!(
                "429, 500, reset, truncate and garble add up to {failing}: at most {MOST_FAILING}, \
                 or no client ever comes through"
            );
        }
        Ok(faults)
    }
}

impl Faults {
    fn set(&mut self, name: &str, value: &str) -> Result<()> {
        if let Some((_, share)) = SHARES.iter().find(|(known, _)| *known == name) {
            *share(self) = read_share(value)?;
            return Ok(());
        }
        match name {
            "latency" => {
                let (least, most) = value.split_once("..").unwrap_or((value, value));
                let (least, most) = (read_duration(least)?, read_duration(most)?);
                if most < least {
                    bail!("the range ends before it begins: expected as in 500ms..900ms");
                }
                self.latency = Some((least, most));
            }
            "fail" => {
                let category = Category::from_name(value).with_context(|| {
                    format!("{value:?} is no category: expected one such as Stemming")
                })?;
                self.fail.push(category);
            }
            "bump" => {
                let (count, time) =
                    value.split_once('@').context("expected a number and a time: 1000@30s")?;
                let count = count
                    .parse()
                    .with_context(|| format!("{count:?} is no number of documents"))?;
                self.bump = Some((count, read_duration(time)?));
            }
            "restart" => self.restart = Some(read_duration(value)?),
            _ => {
                let names: Vec<&str> = SHARES.iter().map(|(name, _)| *name).collect();
                bail!(
                    "there is no fault {name:?}: expected latency, {}, fail, bump or restart",
                    names.join(", ")
                );
            }
        }
        Ok(())
    }
}

fn read_share(text: &str) -> Result<f64> {
    match text.parse() {
        Ok(share) if (0.0..=1.0).contains(&share) => Ok(share),
        _ => bail!("{text:?} is no share: expected a number from 0 to 1, such as 0.02"),
    }
}

fn read_duration(text: &str) -> Result<Duration> {
    let read = |digits: &str, unit: u64| -> Option<Duration> {
        let number: u64 = digits.parse().ok()?;
        number.checked_mul(unit).map(Duration::from_millis)
    };
    let duration = match text.strip_suffix("ms") {
        Some(digits) => read(digits, 1),
        None => text.strip_suffix('s').and_then(|digits| read(digits, 1_000)),
    };
    duration.with_context(|| format!("{text:?} is no time: expected one such as 600ms or 30s"))
}

impl fmt::Display for Faults {
    /// The textual form; without the seed.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let mut parts = Vec::new();
        let millis = |duration: &Duration| format!("{}ms", duration.as_millis());
        if let Some((least, most)) = &self.latency {
            parts.push(format!("latency={}..{}", millis(least), millis(most)));
        }
        let mut copy = self.clone();
        for (name, share) in SHARES {
            let share = *share(&mut copy);
            if share > 0.0 {
                parts.push(format!("{name}={share}"));
            }
        }
        parts.extend(self.fail.iter().map(|category| format!("fail={category}")));
        parts
            .extend(self.bump.iter().map(|(count, time)| format!("bump={count}@{}", millis(time))));
        parts.extend(self.restart.iter().map(|time| format!("restart={}", millis(time))));
        f.write_str(&parts.join(","))
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn problem(text: &str) -> String {
        format!("{:#}", text.parse::<Faults>().unwrap_err())
    }

    #[test]
    fn faults_are_read_from_a_short_text() {
        let faults: Faults =
            "latency=600ms, 429=0.02,wrong-length=1,fail=Stemming,fail=zaak,bump=1000@30s,restart=2s"
                .parse()
                .unwrap();
        let expected = Faults {
            latency: Some((Duration::from_millis(600), Duration::from_millis(600))),
            too_many: 0.02,
            wrong_length: 1.0,
            fail: vec![Category::Stemming, Category::Zaak],
            bump: Some((1000, Duration::from_secs(30))),
            restart: Some(Duration::from_secs(2)),
            ..Faults::default()
        };
        assert_eq!(faults, expected);
        assert_eq!("".parse::<Faults>().unwrap(), Faults::default());
    }

    #[test]
    fn what_is_wrong_is_named_with_what_was_expected() {
        for (text, said) in [
            ("reset", "\"reset\" has no value: expected name=value"),
            (
                "reset=often",
                "in \"reset=often\": \"often\" is no share: expected a number from 0 to 1",
            ),
            ("reset=1.5", "\"1.5\" is no share"),
            ("reset=NaN", "\"NaN\" is no share"),
            ("latency=600", "\"600\" is no time: expected one such as 600ms or 30s"),
            ("latency=9s..1s", "the range ends before it begins"),
            ("fail=Onzin", "\"Onzin\" is no category"),
            ("bump=1000", "expected a number and a time: 1000@30s"),
            ("bump=veel@1s", "\"veel\" is no number of documents"),
            ("burn=1", "there is no fault \"burn\": expected latency, 429, 500, reset"),
            ("429=0.5,500=0.5", "add up to 1: at most 0.9"),
        ] {
            assert!(problem(text).contains(said), "{text}: {}", problem(text));
        }
    }

    fn any_faults() -> impl Strategy<Value = Faults> {
        let share = || (0_u32..=180).prop_map(|thousandths| f64::from(thousandths) / 1_000.0);
        let time = || (0_u64..100_000).prop_map(Duration::from_millis);
        (
            proptest::option::of((time(), time())),
            proptest::array::uniform9(share()),
            proptest::collection::vec(proptest::sample::select(Category::ALL), 0..3),
            proptest::option::of((0_usize..100_000, time())),
            proptest::option::of(time()),
        )
            .prop_map(|(latency, shares, fail, bump, restart)| {
                let mut faults = Faults {
                    latency: latency.map(|(least, more)| (least, least + more)),
                    fail,
                    bump,
                    restart,
                    ..Faults::default()
                };
                for ((_, share), value) in SHARES.iter().zip(shares) {
                    *share(&mut faults) = value;
                }
                faults
            })
    }

    proptest! {
        #[test]
        fn what_is_written_is_read_back(faults in any_faults()) {
            prop_assert_eq!(faults.to_string().parse::<Faults>().unwrap(), faults);
        }

        #[test]
        fn whatever_the_text_there_is_an_answer(text in "[a-z0-9=@.,-]{0,40}") {
            let _ = text.parse::<Faults>();
        }

        #[test]
        fn a_request_that_is_repeated_comes_through(seed: u64, address: u64) {
            let faults: Faults = "429=0.2,500=0.2,reset=0.2,truncate=0.2,garble=0.1".parse().unwrap();
            let faults = faults.with_seed(seed);
            prop_assert!((0..400).any(|attempt| faults.mishap(address, attempt).is_none()));
        }
    }

    #[test]
    fn the_shares_are_those_that_were_asked_for() {
        let faults: Faults = "429=0.1,truncate=0.2,missing=0.3".parse().unwrap();
        let of_requests = |wanted: fn(&Mishap) -> bool| {
            (0..10_000)
                .filter(|attempt| faults.mishap(7, *attempt).is_some_and(|it| wanted(&it)))
                .count()
        };
        let near = |count: usize, expected: usize| count.abs_diff(expected) < 200;
        assert!(near(of_requests(|it| matches!(it, Mishap::TooMany { .. })), 1_000));
        assert!(near(of_requests(|it| *it == Mishap::TruncateSilently), 1_000));
        assert!(near(of_requests(|it| *it == Mishap::TruncateAnnounced), 1_000));
        let missing = (0..10_000_u128).filter(|id| faults.is_missing(Uuid::from_u128(*id))).count();
        assert!(near(missing, 3_000));
    }
}
