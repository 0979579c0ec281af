//! What is one visitor's own: what they watch, how they stop it, and what others cannot do with it.

use axum::body::Body;
use axum::http::{Request, Response, header};
use jiff::Timestamp;
use model::entities::Document;
use model::{Entity, Record, Uuid};
use store::accounts::login::{NewLogin, Proof};
use store::accounts::message::{MessageKind, NewMessage};
use store::accounts::session::NewSession;
use store::watching::monitor::{self, Monitor};
use watch::{Stop, secret};

use crate::support::{Fresh, SECURE, letterhead, text};

/// The cookies in an answer, each with its name, its value and all that it says besides.
fn cookies(response: &Response<Body>) -> Vec<(String, String, String)> {
    let cookies = response.headers().get_all(header::SET_COOKIE).iter();
    let cookies = cookies.map(|cookie| {
        let (pair, rest) = cookie.to_str().unwrap().split_once("; ").unwrap();
        let (name, value) = pair.split_once('=').unwrap();
        (name.to_owned(), value.to_owned(), rest.to_owned())
    });
    cookies.collect()
}

impl Fresh {
    /// Somebody who is logged in: the number of their account, and their cookie.
    fn logged_in(&self, email: &str) -> (i64, String) {
        let now = Timestamp::now();
        let (browser, token) = (secret::hash("browser"), secret::fresh().unwrap());
        let login = NewLogin {
            email: email.into(),
            token: secret::hash(&token),
            code: secret::hash(&token),
            browser,
            return_to: "/".into(),
            expires_at: now + jiff::SignedDuration::from_mins(5),
        };
        let mail = NewMessage {
            account: None,
            kind: MessageKind::Login,
            message_id: format!("<{email}>"),
            thread: None,
            unsubscribe: None,
            recipient: email.into(),
            subject: String::new(),
            text: String::new(),
            html: String::new(),
            expires_at: None,
        };
        self.store.ask_login(&login, &mail, now).unwrap();
        let session = secret::fresh().unwrap();
        let new = NewSession { token: secret::hash(&session), browser: String::new() };
        self.store.enter(Proof::Token(secret::hash(&token)), browser, &new, now).unwrap();
        let reader = self.store.reader().unwrap();
        let account = store::accounts::account_of(&reader, email).unwrap().unwrap();
        (account.id, format!("__Host-griffier-sessie={session}"))
    }

    async fn post(&self, path: &str, cookie: &str, form: &str) -> Response<Body> {
        self.post_from(path, cookie, form, "same-origin").await
    }

    async fn post_from(&self, path: &str, cookie: &str, form: &str, from: &str) -> Response<Body> {
        let request = Request::post(path)
            .header("cookie", cookie)
            .header("sec-fetch-site", from)
            .header("content-type", "application/x-www-form-urlencoded")
            .body(Body::from(form.to_owned()));
        self.send(request.unwrap()).await
    }

    async fn own(&self, path: &str, cookie: &str) -> (u16, String) {
        let request = Request::get(path).header("cookie", cookie).body(Body::empty());
        text(self.send(request.unwrap()).await).await
    }

    /// A monitor on a subject; gives its number.
    async fn monitor(&self, account: i64, cookie: &str, subject: &str) -> i64 {
        let form =
            format!("onderwerp={subject}&naam=Zorg&hoe=mail&hoe-vaak=once&gebeurtenis=document");
        assert_eq!(self.post("/mijn/monitors", cookie, &form).await.status(), 303);
        let reader = self.store.reader().unwrap();
        let all = monitor::of_account(&reader, account).unwrap();
        all.iter().map(|monitor| monitor.id).max().unwrap()
    }

    fn known(&self, account: i64, id: i64) -> Monitor {
        monitor::monitor(&self.store.reader().unwrap(), account, id).unwrap().unwrap()
    }
}

/// The path of an address on the site.
fn path(address: &str) -> &str {
    address.strip_prefix(SECURE).unwrap()
}

#[tokio::test(flavor = "multi_thread")]
async fn cookies_go_to_this_site_alone_over_tls_and_no_script_sees_them() {
    let fresh = Fresh::at(Some(SECURE));
    let asked = fresh.post("/inloggen", "", "email=jan@voorbeeld.nl&terug=/mijn").await;
    let [(name, value, said)]: [_; 1] = cookies(&asked).try_into().unwrap();
    assert_eq!(name, "__Host-griffier-browser");
    assert_eq!(said, "Path=/; Max-Age=3600; HttpOnly; SameSite=Lax; Secure");

    let queued = fresh.store.messages_to_send(Timestamp::now(), 1).unwrap();
    let mail = &queued[0].message.text;
    let link = mail.lines().find_map(|line| line.strip_prefix(SECURE)).unwrap();
    let entered = fresh.post(link, &format!("{name}={value}"), "").await;
    let set = cookies(&entered);
    assert_eq!(set[0].0, "__Host-griffier-sessie");
    assert_eq!(set[0].2, "Path=/; Max-Age=34560000; HttpOnly; SameSite=Lax; Secure");
    assert_eq!((set[1].0.as_str(), set[1].1.as_str()), ("__Host-griffier-browser", ""));
    let session = format!("{}={}", set[0].0, set[0].1);
    assert_eq!(fresh.own("/mijn", &session).await.0, 200);

    let out = fresh.post("/mijn/sessies", &session, "beeindig=deze").await;
    let [(name, value, said)]: [_; 1] = cookies(&out).try_into().unwrap();
    assert_eq!((name.as_str(), value.as_str()), ("__Host-griffier-sessie", ""));
    assert!(said.contains("Max-Age=0"), "{said}");
    assert_eq!(fresh.own("/mijn", &session).await.0, 303, "also for who kept the cookie");
}

#[tokio::test(flavor = "multi_thread")]
async fn no_form_can_be_sent_from_another_site() {
    let fresh = Fresh::at(Some(SECURE));
    let (account, cookie) = fresh.logged_in("jan@voorbeeld.nl");
    let id = fresh.monitor(account, &cookie, "/commissie/VWS").await;
    let stop = letterhead().stop_address(&Stop::monitors(account, vec![id]));
    let form = "onderwerp=/zaak/2025Z1&naam=x&hoe=feed&hoe-vaak=once&gebeurtenis=document&over=/zaak/1\
                &doe=verwijderen&beeindig=alle&wat=nieuw&email=piet@voorbeeld.nl&code=000000";
    let own = format!("/mijn/monitors/{id}");
    for path in [
        "/inloggen",
        "/inloggen/code",
        "/inloggen/link/0",
        "/mijn",
        "/mijn/sessies",
        "/mijn/monitors",
        "/mijn/adres",
        path(&stop),
        &own,
        &format!("{own}/pauze"),
        &format!("{own}/demp"),
        &format!("{own}/weg"),
    ] {
        for from in ["cross-site", "same-site"] {
            let answer = fresh.post_from(path, &cookie, form, from).await;
            assert_eq!(answer.status(), 403, "{path} from {from}");
        }
    }
    let known = fresh.known(account, id);
    assert!(!known.choices.paused && known.choices.muted.is_empty(), "{known:?}");
    assert_eq!(fresh.own("/mijn", &cookie).await.0, 200);
}

#[tokio::test(flavor = "multi_thread")]
async fn somebody_elses_monitor_can_be_neither_seen_nor_changed() {
    let fresh = Fresh::at(Some(SECURE));
    let (jan, cookie_of_jan) = fresh.logged_in("jan@voorbeeld.nl");
    let (_, cookie) = fresh.logged_in("piet@voorbeeld.nl");
    let id = fresh.monitor(jan, &cookie_of_jan, "/commissie/VWS").await;
    let own = format!("/mijn/monitors/{id}");
    assert_eq!(fresh.own(&own, &cookie).await.0, 404);
    let form =
        "onderwerp=/zaak/2025Z1&naam=x&hoe=feed&hoe-vaak=once&gebeurtenis=document&over=/zaak/1";
    for path in ["", "/pauze", "/demp", "/weg"] {
        fresh.post(&format!("{own}{path}"), &cookie, form).await;
    }
    let address = fresh.post("/mijn/adres", &cookie, &format!("wat=nieuw&monitor={id}")).await;
    assert_eq!(address.status(), 404);
    let known = fresh.known(jan, id);
    assert_eq!(known.choices.name, "Zorg");
    assert!(!known.choices.paused && known.choices.muted.is_empty(), "{known:?}");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_mail_lets_its_reader_stop_one_monitor_mute_one_topic_or_end_all_of_it() {
    let fresh = Fresh::at(Some(SECURE));
    let (account, cookie) = fresh.logged_in("jan@voorbeeld.nl");
    let one = fresh.monitor(account, &cookie, "/commissie/VWS").await;
    let other = fresh.monitor(account, &cookie, "/zoeken?q=zorg").await;
    let is_paused = |id: i64| fresh.known(account, id).choices.paused;
    let gets_mail = || {
        let reader = fresh.store.reader().unwrap();
        store::accounts::account(&reader, account).unwrap().unwrap().gets_mail()
    };
    // As a mail provider presses the button (RFC 8058): nobody is logged in.
    let press = async |address: &str| {
        fresh.post_from(path(address), "", "List-Unsubscribe=One-Click", "none").await.status()
    };

    let dossier =
        Stop { topic: Some("/dossier/29247".into()), ..Stop::monitors(account, vec![one, other]) };
    let address = letterhead().stop_address(&dossier);
    let (status, page) = fresh.page(path(&address)).await;
    assert_eq!(status, 200);
    assert!(page.contains("Niet meer over dossier 29247"), "{page}");
    assert!(fresh.known(account, one).choices.muted.is_empty(), "opening it is not enough");
    assert_eq!(press(&address).await, 200);
    for id in [one, other] {
        assert_eq!(fresh.known(account, id).choices.muted, ["/dossier/29247"]);
    }
    // Another topic under the same signature.
    assert_eq!(press(&address.replace("29247", "29248")).await, 404);

    let address = letterhead().stop_address(&Stop::monitors(account, vec![one]));
    assert!(fresh.page(path(&address)).await.1.contains("Zorg"));
    assert!(!is_paused(one), "opening it is not enough");
    assert_eq!(press(&address).await, 200);
    assert!(is_paused(one) && !is_paused(other) && gets_mail());
    let forged = address.replace(&format!("/{account}-{one}/"), &format!("/{account}-{other}/"));
    assert_eq!(press(&forged).await, 404);
    assert!(!is_paused(other));

    assert_eq!(press(&letterhead().stop_address(&Stop::all(account))).await, 200);
    assert!(!gets_mail());
}

#[tokio::test(flavor = "multi_thread")]
async fn what_is_muted_stands_in_a_list_and_can_be_taken_back() {
    let fresh = Fresh::at(Some(SECURE));
    let (account, cookie) = fresh.logged_in("jan@voorbeeld.nl");
    let id = fresh.monitor(account, &cookie, "/commissie/VWS").await;
    let demp = format!("/mijn/monitors/{id}/demp");
    assert_eq!(fresh.post(&demp, &cookie, "over=36 800-xvi").await.status(), 303);
    assert_eq!(fresh.post(&demp, &cookie, "over=2025Z12297").await.status(), 303);
    assert_eq!(fresh.post(&demp, &cookie, "over=zorg").await.status(), 400);
    for list in ["/mijn/monitors", &format!("/mijn/monitors/{id}")] {
        let (_, page) = fresh.own(list, &cookie).await;
        for muted in ["/dossier/36800-XVI", "/zaak/2025Z12297"] {
            let back = format!("name=\"over\" value=\"{muted}\"");
            assert!(page.contains(&back), "{muted} on {list}: {page}");
        }
    }
    // What else is changed leaves it as it is.
    let form = "onderwerp=/commissie/VWS&naam=Nieuw&hoe=mail&hoe-vaak=daily&gebeurtenis=document";
    fresh.post(&format!("/mijn/monitors/{id}"), &cookie, form).await;
    let choices = fresh.known(account, id).choices;
    assert_eq!((choices.name.as_str(), choices.muted.len()), ("Nieuw", 2));
    fresh.post(&demp, &cookie, "over=/dossier/36800-XVI&doe=terug").await;
    assert_eq!(fresh.known(account, id).choices.muted, ["/zaak/2025Z12297"]);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_private_address_is_shown_once_and_a_new_one_ends_it() {
    let fresh = Fresh::at(Some(SECURE));
    let (account, cookie) = fresh.logged_in("jan@voorbeeld.nl");
    let id = fresh.monitor(account, &cookie, "/commissie/VWS").await;
    for (form, page_of_it) in [
        ("wat=nieuw&monitor=".to_owned(), "/mijn/monitors".to_owned()),
        (format!("wat=nieuw&monitor={id}"), format!("/mijn/monitors/{id}")),
    ] {
        let mut last: Option<String> = None;
        for _ in 0..2 {
            let answer = fresh.post("/mijn/adres", &cookie, &form).await;
            assert_eq!(answer.headers()["cache-control"], "no-store");
            let (_, page) = text(answer).await;
            let (_, rest) = page.split_once("value=\"https://griffier.nl/abonnement/").unwrap();
            let token = rest.split('.').next().unwrap().to_owned();
            for format in ["atom", "ics"] {
                assert_eq!(fresh.page(&format!("/abonnement/{token}.{format}")).await.0, 200);
            }
            let (_, later) = fresh.own(&page_of_it, &cookie).await;
            assert!(!later.contains(&token) && later.contains("Maak een nieuw adres"), "{later}");
            if let Some(last) = last.replace(token) {
                assert_eq!(fresh.page(&format!("/abonnement/{last}.atom")).await.0, 404);
            }
        }
        let gone = form.replace("nieuw", "weg");
        assert_eq!(fresh.post("/mijn/adres", &cookie, &gone).await.status(), 303);
        let last = last.unwrap();
        assert_eq!(fresh.page(&format!("/abonnement/{last}.atom")).await.0, 404);
    }
    // What is kept of a token opens nothing.
    let hash: String = secret::hash("x").iter().map(|byte| format!("{byte:02x}")).collect();
    fresh.store.set_private_feed(account, None, Some(secret::hash("x")), Timestamp::now()).unwrap();
    assert_eq!(fresh.page("/abonnement/x.atom").await.0, 200);
    assert_eq!(fresh.page(&format!("/abonnement/{hash}.atom")).await.0, 404);
}

#[tokio::test(flavor = "multi_thread")]
async fn nothing_that_lets_somebody_in_or_reads_along_is_kept_in_the_clear() {
    let fresh = Fresh::at(Some(SECURE));
    let asked = fresh.post("/inloggen", "", "email=jan@voorbeeld.nl&terug=/mijn").await;
    let (name, browser, _) = cookies(&asked).remove(0);
    let queued = fresh.store.messages_to_send(Timestamp::now(), 1).unwrap().remove(0);
    let mail = queued.message.text;
    let link = mail.lines().find_map(|line| line.strip_prefix(SECURE)).unwrap();
    let (_, code) = mail.split_once("deze code over: ").unwrap();
    let code: String = code.chars().take(6).collect();
    fresh.store.message_accepted(queued.id, Timestamp::now()).unwrap();
    let entered = fresh.post(link, &format!("{name}={browser}"), "").await;
    let session = cookies(&entered).remove(0).1;
    let cookie = format!("__Host-griffier-sessie={session}");
    let (_, page) = text(fresh.post("/mijn/adres", &cookie, "wat=nieuw&monitor=").await).await;
    let (_, rest) = page.split_once("value=\"https://griffier.nl/abonnement/").unwrap();
    let feed = rest.split('.').next().unwrap();

    // A copy holds what is there, and nothing of what was there.
    let copy = fresh.folder().join("copy.db");
    fresh.store.copy_to(&copy).unwrap();
    let kept = std::fs::read(&copy).unwrap();
    let is_kept = |secret: &str| kept.windows(secret.len()).any(|part| part == secret.as_bytes());
    assert!(is_kept("jan@voorbeeld.nl"), "this is the right file");
    let token = link.rsplit('/').next().unwrap();
    for secret in [token, &browser, &session, feed, &format!(" {code}")] {
        assert!(!is_kept(secret), "{secret} is kept");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn before_it_is_watched_a_list_tells_what_it_brought() {
    let fresh = Fresh::at(Some(SECURE));
    let (_, cookie) = fresh.logged_in("jan@voorbeeld.nl");
    for (number, day, soort, onderwerp) in [
        (1, "2025-07-01", "Motie", "Over huur"),
        (2, "2025-06-10", "Motie", "Over zorg"),
        (3, "2024-09-10", "Motie", "Over lucht"),
        (4, "2025-07-01", "Brief regering", "Over water"),
        // Longer ago than a year.
        (5, "2023-07-01", "Motie", "Over vuur"),
    ] {
        let document = Document {
            document_nummer: Some(format!("2025D0000{number}")),
            soort: Some(soort.into()),
            onderwerp: Some(onderwerp.into()),
            datum: format!("{day}T10:00:00Z").parse().ok(),
            ..Document::from_values(Uuid::from_u128(number), Vec::new())
        };
        fresh.publish(Entity::Document(document), "2025-07-02T10:00:00Z");
    }
    let (status, page) =
        fresh.own("/mijn/monitors/nieuw?onderwerp=/documenten%3Fsoort%3DMotie", &cookie).await;
    assert_eq!(status, 200);
    for said in [
        "De afgelopen vier weken waren dit <strong>hooguit 2 mails</strong> geweest.",
        "Over het hele jaar kwam er 3 keer iets bij.",
        "Motie 3",
        "<title>week van 28 juni 2025: Motie 1</title>",
        "<a href=\"/document/2025D00001\">Over huur</a>",
        "value=\"weekly\"> hooguit elke week <span class=\"quiet\">2 mails",
    ] {
        assert!(page.contains(said), "{said} in {page}");
    }
    assert!(!page.contains("Over water") && !page.contains("Over vuur"), "{page}");

    // Of what is one thing, what happened to it is all that can be told.
    let (status, page) = fresh.own("/mijn/monitors/nieuw?onderwerp=/zaak/2025Z1", &cookie).await;
    assert_eq!(status, 200);
    assert!(page.contains("Dit gaat over één ding"), "{page}");
}
