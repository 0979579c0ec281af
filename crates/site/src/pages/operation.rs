//! For the operator's monitoring: `/health`, whether all goes as it should, for everybody; and `/metrics`,
//! in numbers, for who shows the operator's token. Nothing in either is about a person.

use std::fmt::Write;

use axum::extract::State;
use axum::http::{HeaderMap, StatusCode, header};
use axum::response::{IntoResponse, Response};
use jiff::{SignedDuration, Timestamp};
use serde_json::json;
use store::counter::Counter;
use store::read::operation::{Numbers, Pulse, numbers, pulse};
use watch::secret;

use crate::{PageError, SharedSite};

/// The end of some feed was seen no longer ago than this. By night too, some are asked every two minutes.
const FEED: SignedDuration = SignedDuration::from_mins(20);
/// So many changes may be waiting for the index, once all that is older is here.
const CHANGES: i64 = 20_000;
/// Nothing waits longer than this for somebody to try to send it, or for a mail server.
const DELIVERY: SignedDuration = SignedDuration::from_mins(10);

/// What is not as it should be, in the order in which it is told.
fn checks(pulse: &Pulse, indexed: i64, now: Timestamp) -> [(&'static str, &'static str); 3] {
    let is_past = |since: Option<Timestamp>, limit| {
        since.is_some_and(|since| now.duration_since(since) > limit)
    };
    let feed = match pulse.caught.iter().filter_map(|caught| caught.at).max() {
        None => "starting",
        seen if is_past(seen, FEED) => "stale",
        Some(_) => "ok",
    };
    let is_filling = pulse.caught.iter().any(|caught| !caught.is_complete);
    let index = match pulse.last_change - indexed {
        // While what is older is filled up the index rests most of the time.
        behind if behind > CHANGES && is_filling => "filling",
        behind if behind > CHANGES => "behind",
        _ => "ok",
    };
    let is_stuck =
        is_past(pulse.untried_since, DELIVERY) || is_past(pulse.unreachable_since, DELIVERY);
    [("feed", feed), ("index", index), ("delivery", if is_stuck { "stuck" } else { "ok" })]
}

/// 200 if all goes as it should, else 503; and what does not.
pub(crate) async fn health(State(site): State<SharedSite>) -> Response {
    let found = site
        .blocking(|site| {
            let indexed = site.index.applied().map_err(PageError::internal)?;
            Ok((pulse(&site.store.reader()?)?, indexed))
        })
        .await;
    let checks: Vec<_> = match found {
        Ok((pulse, indexed)) => {
            let indexed = i64::try_from(indexed).unwrap_or(i64::MAX);
            let rest = checks(&pulse, indexed, Timestamp::now());
            [("database", "ok")].into_iter().chain(rest).collect()
        }
        Err(error) => {
            tracing::error!("the health of the site cannot be told: {error}");
            vec![("database", "failing")]
        }
    };
    let is_well = checks.iter().all(|(_, how)| matches!(*how, "ok" | "starting" | "filling"));
    let status = if is_well { StatusCode::OK } else { StatusCode::SERVICE_UNAVAILABLE };
    let checks: serde_json::Map<_, _> =
        checks.into_iter().map(|(what, how)| (what.to_owned(), how.into())).collect();
    let answer = json!({ "status": if is_well { "ok" } else { "failing" }, "checks": checks });
    let headers = [(header::CONTENT_TYPE, "application/json"), (header::CACHE_CONTROL, "no-store")];
    (status, headers, format!("{answer}\n")).into_response()
}

/// The numbers, in Prometheus' text format.
pub(crate) async fn metrics(
    State(site): State<SharedSite>,
    headers: HeaderMap,
) -> Result<Response, PageError> {
    let shown = headers.get(header::AUTHORIZATION).and_then(|shown| shown.to_str().ok());
    let token = shown.and_then(|shown| shown.strip_prefix("Bearer ")).map(secret::hash);
    // To who does not know the token there is nothing here. Hashes are compared, so how long that takes
    // tells nothing about the token.
    if site.metrics_token.is_none() || token != site.metrics_token {
        return Err(PageError::NotFound);
    }
    let (pulse, numbers) = site.read(|_, reader| Ok((pulse(reader)?, numbers(reader)?))).await?;
    let indexed = site.blocking(|site| site.index.applied().map_err(PageError::internal)).await?;
    let indexed = i64::try_from(indexed).unwrap_or(i64::MAX);
    let kind = [
        (header::CONTENT_TYPE, "text/plain; version=0.0.4; charset=utf-8"),
        (header::CACHE_CONTROL, "no-store"),
    ];
    Ok((kind, written(&pulse, &numbers, indexed, Timestamp::now())).into_response())
}

/// Numbers under one name, with the labels of each.
struct Family {
    name: &'static str,
    help: &'static str,
    kind: &'static str,
    values: Vec<(String, f64)>,
}

#[expect(clippy::cast_precision_loss, reason = "numbers to be drawn")]
fn written(pulse: &Pulse, numbers: &Numbers, indexed: i64, now: Timestamp) -> String {
    let age = |since: Option<Timestamp>| {
        since.map_or(0.0, |since| now.duration_since(since).as_secs_f64().max(0.0))
    };
    let gauge = |name, help, values| Family { name, help, kind: "gauge", values };
    let counter = |name, help, values| Family { name, help, kind: "counter", values };
    let one = |value: i64| vec![(String::new(), value as f64)];
    let counted = |which| numbers.counters.of(which) as f64;
    let by = |label: &str, values: &[(&str, f64)]| -> Vec<(String, f64)> {
        values.iter().map(|(name, value)| (format!("{{{label}=\"{name}\"}}"), *value)).collect()
    };
    let by_channel =
        |mail: f64, webhook: f64| by("channel", &[("mail", mail), ("webhook", webhook)]);
    let seen = pulse.caught.iter().filter_map(|caught| {
        let at = caught.at?;
        Some((format!("{{category=\"{}\"}}", caught.category.name()), age(Some(at))))
    });
    let families = [
        gauge(
            "griffier_feed_age_seconds",
            "Since the end of a category's feed was last seen",
            seen.collect(),
        ),
        gauge(
            "griffier_changes_to_index",
            "Changes that cannot be found yet",
            one((pulse.last_change - indexed).max(0)),
        ),
        gauge(
            "griffier_changes_to_follow",
            "Changes of which no events were made yet",
            one(numbers.changes_to_follow.max(0)),
        ),
        gauge("griffier_files_to_fetch", "Files to be fetched", one(numbers.files_to_fetch)),
        gauge("griffier_files_to_read", "Files to be read", one(numbers.files_to_read)),
        gauge(
            "griffier_events_to_match",
            "Events to be held against what is watched",
            one(numbers.events_to_match),
        ),
        counter(
            "griffier_events_matched_total",
            "Events held against what is watched",
            vec![(String::new(), counted(Counter::EventsMatched))],
        ),
        counter(
            "griffier_matching_seconds_total",
            "How long that took",
            vec![(String::new(), counted(Counter::MatchingMicroseconds) / 1e6)],
        ),
        gauge("griffier_accounts", "Accounts", one(numbers.accounts)),
        gauge(
            "griffier_accounts_refused",
            "Accounts whose mail a server refuses for good",
            one(numbers.accounts_refused),
        ),
        gauge("griffier_monitors", "Monitors that are not paused", one(numbers.monitors)),
        gauge("griffier_webhooks", "Webhooks", one(numbers.webhooks)),
        gauge(
            "griffier_webhooks_refused",
            "Webhooks that are not called any more",
            one(numbers.webhooks_refused),
        ),
        gauge(
            "griffier_queued",
            "Messages to be sent",
            by_channel(numbers.mail_queued as f64, numbers.deliveries_queued as f64),
        ),
        gauge(
            "griffier_oldest_queued_seconds",
            "How long the oldest message to be sent waits",
            by_channel(age(numbers.mail_oldest), age(numbers.deliveries_oldest)),
        ),
        gauge(
            "griffier_untried_seconds",
            "How long something waits that nobody has tried to send",
            vec![(String::new(), age(pulse.untried_since))],
        ),
        gauge(
            "griffier_mail_server_unreachable_seconds",
            "How long no mail server can be talked to",
            vec![(String::new(), age(pulse.unreachable_since))],
        ),
        counter(
            "griffier_accepted_total",
            "Messages that a server took on",
            by_channel(counted(Counter::MailAccepted), counted(Counter::WebhookAccepted)),
        ),
        counter(
            "griffier_delayed_total",
            "Attempts that are to be made again",
            by_channel(counted(Counter::MailDelayed), counted(Counter::WebhookDelayed)),
        ),
        counter(
            "griffier_failed_total",
            "Messages that were given up",
            by_channel(counted(Counter::MailFailed), counted(Counter::WebhookFailed)),
        ),
    ];
    let mut text = String::new();
    // Writing to a String cannot fail.
    for Family { name, help, kind, values } in families {
        let _ = writeln!(text, "# HELP {name} {help}\n# TYPE {name} {kind}");
        for (labels, value) in values {
            let _ = writeln!(text, "{name}{labels} {value}");
        }
    }
    text
}

#[cfg(test)]
mod tests {
    use model::Category;
    use store::read::operation::Caught;

    use super::*;

    fn at(text: &str) -> Timestamp {
        text.parse().unwrap()
    }

    const NOON: &str = "2025-07-02T12:00:00Z";

    fn well() -> Pulse {
        let caught = |category, at| Caught { category, at: Some(at), is_complete: true };
        Pulse {
            caught: vec![
                caught(Category::Document, at("2025-07-02T11:59:30Z")),
                caught(Category::Persoon, at("2025-07-02T11:00:00Z")),
            ],
            last_change: 30_000,
            untried_since: Some(at("2025-07-02T11:59:59Z")),
            unreachable_since: None,
        }
    }

    fn told(pulse: &Pulse, indexed: i64) -> Vec<&'static str> {
        checks(pulse, indexed, at(NOON)).into_iter().map(|(_, how)| how).collect()
    }

    #[test]
    fn what_lags_is_told_and_what_has_only_begun_is_not() {
        assert_eq!(told(&well(), 29_000), ["ok", "ok", "ok"]);
        assert_eq!(told(&Pulse { caught: Vec::new(), ..well() }, 30_000)[0], "starting");
        let mut stale = well();
        stale.caught.iter_mut().for_each(|caught| caught.at = Some(at("2025-07-02T11:00:00Z")));
        assert_eq!(told(&stale, 30_000)[0], "stale");

        assert_eq!(told(&well(), 9_000)[1], "behind");
        let mut filling = well();
        filling.caught[0].is_complete = false;
        assert_eq!(told(&filling, 9_000)[1], "filling");

        let since = Some(at("2025-07-02T11:49:00Z"));
        assert_eq!(told(&Pulse { untried_since: since, ..well() }, 30_000)[2], "stuck");
        assert_eq!(told(&Pulse { unreachable_since: since, ..well() }, 30_000)[2], "stuck");
    }
}
