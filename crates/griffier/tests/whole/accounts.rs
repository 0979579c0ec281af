//! Accounts: logging in by mail, what must not be possible, and mail that is never lost.

use std::collections::BTreeMap;
use std::path::Path;

use jiff::Timestamp;
use reqwest::StatusCode;
use reqwest::header::{LOCATION, SET_COOKIE};
use reqwest::redirect::Policy;
use store::Store;
use store::accounts::login::NewLogin;
use store::accounts::message::{MessageKind, NewMessage, outbox};

use crate::post_office::{Mood, PostOffice};
use crate::support::{Running, install_tls, output, text};

/// A browser: it keeps cookies, and follows no redirects.
pub(crate) struct Browser {
    client: reqwest::Client,
    site: String,
    cookies: std::sync::Mutex<BTreeMap<String, String>>,
}

pub(crate) struct Page {
    pub(crate) status: StatusCode,
    pub(crate) location: String,
    cookies: Vec<String>,
    headers: reqwest::header::HeaderMap,
    pub(crate) body: String,
}

impl Browser {
    pub(crate) fn at(site: &str) -> Self {
        install_tls();
        let client = reqwest::Client::builder().redirect(Policy::none()).build().unwrap();
        Self { client, site: site.to_owned(), cookies: std::sync::Mutex::default() }
    }

    pub(crate) async fn get(&self, path: &str) -> Page {
        self.send(self.client.get(format!("{}{path}", self.site))).await
    }

    /// Sends a form from a page of the site.
    pub(crate) async fn post(&self, path: &str, form: &[(&str, &str)]) -> Page {
        self.post_with(path, form, &[("sec-fetch-site", "same-origin")]).await
    }

    async fn post_with(&self, path: &str, form: &[(&str, &str)], headers: &[(&str, &str)]) -> Page {
        let body = url::form_urlencoded::Serializer::new(String::new()).extend_pairs(form).finish();
        let mut request = self
            .client
            .post(format!("{}{path}", self.site))
            .header("content-type", "application/x-www-form-urlencoded")
            .body(body);
        for (name, value) in headers {
            request = request.header(*name, *value);
        }
        self.send(request).await
    }

    async fn send(&self, request: reqwest::RequestBuilder) -> Page {
        let cookies: Vec<String> = {
            let cookies = self.cookies.lock().unwrap();
            cookies.iter().map(|(name, value)| format!("{name}={value}")).collect()
        };
        let response = request.header("cookie", cookies.join("; ")).send().await.unwrap();
        let headers = response.headers().clone();
        let set: Vec<String> = headers
            .get_all(SET_COOKIE)
            .iter()
            .map(|cookie| cookie.to_str().unwrap().to_owned())
            .collect();
        for cookie in &set {
            let (name, value) = cookie.split(';').next().unwrap().split_once('=').unwrap();
            self.cookies.lock().unwrap().insert(name.to_owned(), value.to_owned());
        }
        let location = headers.get(LOCATION).map(|it| it.to_str().unwrap().to_owned());
        Page {
            status: response.status(),
            location: location.unwrap_or_default(),
            cookies: set,
            headers,
            body: response.text().await.unwrap(),
        }
    }

    pub(crate) async fn ask(&self, email: &str) -> Page {
        self.post("/inloggen", &[("email", email), ("terug", "/mijn")]).await
    }

    pub(crate) async fn is_in(&self) -> bool {
        self.get("/mijn").await.status == StatusCode::OK
    }
}

/// The demo, with its mail going to a server.
pub(crate) struct House {
    running: Running,
    pub(crate) office: PostOffice,
    pub(crate) folder: tempfile::TempDir,
    pub(crate) site: String,
}

impl House {
    pub(crate) async fn open(mood: Mood) -> Self {
        Self::open_with(mood, &[]).await
    }

    pub(crate) async fn open_with(mood: Mood, more: &[&str]) -> Self {
        let office = PostOffice::open(mood).await;
        let folder = tempfile::tempdir().unwrap();
        let (running, site) = start(folder.path(), &office, more);
        Self { running, office, folder, site }
    }

    pub(crate) fn store(&self) -> Store {
        open_store(self.folder.path())
    }

    /// A browser in which somebody has logged in.
    pub(crate) async fn logged_in(&self, email: &str) -> Browser {
        let browser = Browser::at(&self.site);
        let before = self.office.mail().iter().filter(|mail| mail.to == email).count();
        assert_eq!(browser.ask(email).await.status, StatusCode::SEE_OTHER);
        let mail = self.office.wait_for(email, before + 1).await;
        let page = browser.post(&mail.link(), &[]).await;
        assert_eq!((page.status, page.location.as_str()), (StatusCode::SEE_OTHER, "/mijn"));
        browser
    }
}

fn start(folder: &Path, office: &PostOffice, more: &[&str]) -> (Running, String) {
    let mut arguments = vec!["up", "--demo", "--listen", "127.0.0.1:0", "--smtp", &office.address];
    arguments.extend(more);
    let mut running = Running::start(folder, &arguments);
    let site = running.site();
    (running, site)
}

fn open_store(folder: &Path) -> Store {
    Store::open(&folder.join("griffier-demo/griffier.db")).unwrap()
}

#[tokio::test(flavor = "multi_thread")]
async fn somebody_logs_in_with_the_link_sees_their_account_and_deletes_it() {
    let house = House::open(Mood::Kind).await;
    let browser = Browser::at(&house.site);

    let page = browser.get("/mijn/sessies").await;
    assert_eq!(page.location, "/inloggen?terug=%2Fmijn%2Fsessies");
    let form = browser.get(&page.location).await;
    assert!(form.body.contains(r#"name="terug" value="/mijn/sessies""#), "{}", form.body);
    assert_eq!(form.headers["cache-control"], "no-store");
    assert_eq!(form.headers["x-robots-tag"], "noindex");

    let asked =
        browser.post("/inloggen", &[("email", "Jan@Voorbeeld.nl"), ("terug", "/mijn/sessies")]);
    assert_eq!(asked.await.location, "/inloggen/code");
    let mail = house.office.wait_for("jan@voorbeeld.nl", 1).await;
    assert_eq!(mail.header("auto-submitted").as_deref(), Some("auto-generated"));
    assert!(!mail.header("subject").unwrap().contains(&mail.code()));

    // A program that looks at the mail opens the link, and even presses the button: it is another
    // browser. The link still works after that.
    let scanner = Browser::at(&house.site);
    assert!(text(&scanner.get(&mail.link()).await.body).contains("hoort bij een andere browser"));
    scanner.post(&mail.link(), &[]).await;
    assert!(!scanner.is_in().await);

    assert!(text(&browser.get(&mail.link()).await.body).contains("Druk op de knop"));
    assert!(!browser.is_in().await, "opening the link is not enough");
    let entered = browser.post(&mail.link(), &[]).await;
    assert_eq!(entered.location, "/mijn/sessies");
    let session = entered.cookies.iter().find(|it| it.starts_with("griffier-sessie=")).unwrap();
    assert!(session.contains("; HttpOnly; SameSite=Lax"), "{session}");
    assert!(browser.is_in().await);
    let mine = browser.get("/mijn").await;
    assert!(text(&mine.body).contains("U bent ingelogd als jan@voorbeeld.nl"));
    assert_eq!(mine.headers["cache-control"], "no-store");

    // It works once.
    browser.cookies.lock().unwrap().remove("griffier-sessie");
    browser.post(&mail.link(), &[]).await;
    assert!(!browser.is_in().await);

    let browser = house.logged_in("jan@voorbeeld.nl").await;
    let list = browser.get("/mijn/berichten").await;
    assert_eq!(list.body.matches("Inloggen bij Griffier").count(), 2, "{}", text(&list.body));
    let choices = [
        ("onderwerp", "/persoon/4959"),
        ("naam", "Don Ceder"),
        ("hoe", "mail"),
        ("hoe-vaak", "once"),
        ("gebeurtenis", "document"),
    ];
    assert_eq!(browser.post("/mijn/monitors", &choices).await.location, "/mijn/monitors");
    let export = browser.get("/mijn/export.json").await;
    let export: serde_json::Value = serde_json::from_str(&export.body).unwrap();
    assert_eq!(export["account"]["mailadres"], "jan@voorbeeld.nl");
    assert_eq!(export["berichten"].as_array().unwrap().len(), 2);
    assert_eq!(export["volgt"][0]["adres"], "/persoon/4959");
    // What could let somebody in is forgotten once it was sent.
    assert_eq!(export["berichten"][0]["tekst"], "");

    let gone = browser.post("/mijn", &[("doe", "verwijderen")]).await;
    assert!(text(&gone.body).contains("Uw account is verwijderd"));
    assert!(!browser.is_in().await);
    let (status, said) = output(
        house.folder.path(),
        &["user", "show", "--data", "griffier-demo", "jan@voorbeeld.nl"],
    );
    assert!(!status.success() && said.contains("jan@voorbeeld.nl"), "{said}");
}

#[tokio::test(flavor = "multi_thread")]
async fn the_code_works_for_who_reads_their_mail_elsewhere_and_cannot_be_guessed() {
    let house = House::open(Mood::Kind).await;
    let browser = Browser::at(&house.site);
    browser.ask("jan@voorbeeld.nl").await;
    let mail = house.office.wait_for("jan@voorbeeld.nl", 1).await;
    let code = mail.code();

    // Somebody else who knows the code has another browser.
    let other = Browser::at(&house.site);
    other.post("/inloggen/code", &[("code", &code)]).await;
    assert!(!other.is_in().await);

    let spaced = format!("{} {}", &code[..3], &code[3..]);
    let entered = browser.post("/inloggen/code", &[("code", &spaced)]).await;
    assert_eq!(entered.location, "/mijn");
    assert!(browser.is_in().await);

    // After five wrong ones the right one is of no use either.
    let guesser = Browser::at(&house.site);
    guesser.ask("jan@voorbeeld.nl").await;
    let right = house.office.wait_for("jan@voorbeeld.nl", 2).await.code();
    let wrong = if right == "000000" { "000001" } else { "000000" };
    for _ in 0..5 {
        let page = guesser.post("/inloggen/code", &[("code", wrong)]).await;
        assert!(text(&page.body).contains("Die code klopt niet"), "{}", text(&page.body));
    }
    let page = guesser.post("/inloggen/code", &[("code", &right)]).await;
    assert!(text(&page.body).contains("te vaak een verkeerde code"), "{}", text(&page.body));
    assert!(!guesser.is_in().await);

    // And who goes on with new mails is stopped, by address and by network.
    let mut refused = None;
    for asked in 0..20 {
        if guesser.ask("jan@voorbeeld.nl").await.status == StatusCode::TOO_MANY_REQUESTS {
            refused = Some(asked);
            break;
        }
    }
    assert!(refused.is_some_and(|asked| asked <= 5), "{refused:?}");
    assert_eq!(guesser.ask("piet@voorbeeld.nl").await.status, StatusCode::SEE_OTHER);
    let mut last = StatusCode::OK;
    for _ in 0..80 {
        last = guesser.post("/inloggen/code", &[("code", wrong)]).await.status;
    }
    assert_eq!(last, StatusCode::TOO_MANY_REQUESTS);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_proxy_that_is_trusted_says_from_where_somebody_comes_and_nobody_else_does() {
    for (more, is_trusted) in [(&["--trusted-proxy", "127.0.0.1"][..], true), (&[][..], false)] {
        let house = House::open_with(Mood::Kind, more).await;
        let browser = Browser::at(&house.site);
        let mut last = StatusCode::OK;
        for number in 0..40 {
            let from = format!("192.0.2.{number}");
            let email = format!("naam{number}@voorbeeld.nl");
            let headers = [("x-forwarded-for", from.as_str())];
            last = browser.post_with("/inloggen", &[("email", &email)], &headers).await.status;
        }
        let wanted = if is_trusted { StatusCode::SEE_OTHER } else { StatusCode::TOO_MANY_REQUESTS };
        assert_eq!(last, wanted);
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn nothing_tells_whether_there_is_an_account() {
    let house = House::open(Mood::Kind).await;
    house.logged_in("jan@voorbeeld.nl").await;
    let mut answers = Vec::new();
    for email in ["jan@voorbeeld.nl", "niemand@voorbeeld.nl"] {
        let browser = Browser::at(&house.site);
        let asked = browser.ask(email).await;
        let names: Vec<String> = asked.headers.keys().map(ToString::to_string).collect();
        let next = browser.get(&asked.location).await;
        answers.push((asked.status, asked.location, names, asked.body, next.body));
        house.office.wait_for(email, 1).await;
    }
    assert_eq!(answers[0], answers[1]);
}

#[tokio::test(flavor = "multi_thread")]
async fn the_way_back_after_logging_in_never_leaves_the_site() {
    let house = House::open(Mood::Kind).await;
    for (number, evil) in
        ["https://kwaad.nl/", "//kwaad.nl", "/\\kwaad.nl", "/.//kwaad.nl", "/x\r\nSet-Cookie: a=b"]
            .into_iter()
            .enumerate()
    {
        let browser = Browser::at(&house.site);
        let email = format!("naam{number}@voorbeeld.nl");
        browser.post("/inloggen", &[("email", &email), ("terug", evil)]).await;
        let mail = house.office.wait_for(&email, 1).await;
        let entered = browser.post(&mail.link(), &[]).await;
        assert_eq!(entered.status, StatusCode::SEE_OTHER);
        let is_local = entered.location == "/mijn"
            || entered.location.starts_with("/x%20Set-Cookie")
            || entered.location.starts_with("/xSet-Cookie");
        assert!(is_local, "{evil:?} leads to {}", entered.location);
        assert!(entered.cookies.iter().all(|it| it.starts_with("griffier-")), "{evil:?}");
        // Who is logged in already is sent on at once.
        let query: String = url::form_urlencoded::byte_serialize(evil.as_bytes()).collect();
        let passed = browser.get(&format!("/inloggen?terug={query}")).await;
        assert!(passed.location.starts_with('/') && !passed.location.starts_with("//"));
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn an_address_brings_nothing_else_into_a_mail() {
    let house = House::open(Mood::Kind).await;
    let browser = Browser::at(&house.site);
    for evil in [
        "jan@voorbeeld.nl\r\nBcc: piet@voorbeeld.nl",
        "jan@voorbeeld.nl, piet@voorbeeld.nl",
        "Jan <jan@voorbeeld.nl>",
        "jan@voorbeeld.nl>\r\nRCPT TO:<piet@voorbeeld.nl",
    ] {
        let page = browser.ask(evil).await;
        assert_eq!(page.status, StatusCode::OK, "{evil:?}");
        assert!(text(&page.body).contains("Dit is geen mailadres"), "{evil:?}");
    }
    browser.ask("klaas@voorbeeld.nl").await;
    house.office.wait_for("klaas@voorbeeld.nl", 1).await;
    assert_eq!(house.office.mail().len(), 1);
}

#[tokio::test(flavor = "multi_thread")]
async fn another_site_can_have_a_browser_change_nothing() {
    let house = House::open(Mood::Kind).await;
    let browser = house.logged_in("jan@voorbeeld.nl").await;
    for (name, value) in [
        ("sec-fetch-site", "cross-site"),
        ("sec-fetch-site", "same-site"),
        ("origin", "https://kwaad.nl"),
        ("origin", "null"),
    ] {
        for (path, form) in [
            ("/mijn", &[("doe", "verwijderen")][..]),
            ("/mijn/sessies", &[("beeindig", "alle")][..]),
            ("/inloggen", &[("email", "piet@voorbeeld.nl")][..]),
        ] {
            let page = browser.post_with(path, form, &[(name, value)]).await;
            assert_eq!(page.status, StatusCode::FORBIDDEN, "{path} with {name}: {value}");
            assert!(text(&page.body).contains("Dit kwam van een andere site"));
        }
    }
    assert!(browser.is_in().await);
    let own = [("origin", house.site.as_str())];
    let page = browser.post_with("/mijn/sessies", &[("beeindig", "alle")], &own).await;
    assert_eq!(page.status, StatusCode::SEE_OTHER);
    assert!(!browser.is_in().await);
}

#[tokio::test(flavor = "multi_thread")]
async fn sessions_are_seen_and_ended_one_by_one_or_all() {
    let house = House::open(Mood::Kind).await;
    let phone = house.logged_in("jan@voorbeeld.nl").await;
    let desk = house.logged_in("jan@voorbeeld.nl").await;
    let stranger = house.logged_in("piet@voorbeeld.nl").await;
    let page = desk.get("/mijn/sessies").await;
    assert_eq!(page.body.matches("deze browser").count(), 1);
    let numbers: Vec<&str> = page
        .body
        .split("name=\"beeindig\" value=\"")
        .skip(1)
        .map(|rest| rest.split('"').next().unwrap())
        .filter(|number| number.parse::<i64>().is_ok())
        .collect();
    assert_eq!(numbers.len(), 2);
    // Not somebody else's.
    for number in &numbers {
        stranger.post("/mijn/sessies", &[("beeindig", number)]).await;
    }
    assert!(phone.is_in().await && desk.is_in().await);
    // The last used goes first, and that is this one.
    desk.post("/mijn/sessies", &[("beeindig", numbers[1])]).await;
    assert!(!phone.is_in().await && desk.is_in().await);
    let phone = house.logged_in("jan@voorbeeld.nl").await;
    desk.post("/mijn/sessies", &[("beeindig", "alle")]).await;
    assert!(!phone.is_in().await && !desk.is_in().await && stranger.is_in().await);
}

#[tokio::test(flavor = "multi_thread")]
async fn mail_is_stopped_with_one_click_and_without_logging_in() {
    let house = House::open(Mood::Kind).await;
    let browser = house.logged_in("jan@voorbeeld.nl").await;
    queue(&house.store(), 0, 1);
    let mail = house.office.wait_for("naam0@voorbeeld.nl", 1).await;
    assert_eq!(mail.header("list-unsubscribe-post").as_deref(), Some("List-Unsubscribe=One-Click"));

    let letterhead = letterhead(&house);
    let address = letterhead.stop_address(&watch::Stop::all(1));
    let path = address.strip_prefix(&house.site).unwrap();
    // A mail provider: no cookies, no word of where it comes from.
    let provider = Browser::at(&house.site);
    let forged = format!("{}0", &path[..path.len() - 1]);
    let forged = if forged == path { format!("{}1", &path[..path.len() - 1]) } else { forged };
    let click = [("List-Unsubscribe", "One-Click")];
    assert_eq!(provider.post_with(&forged, &click, &[]).await.status, StatusCode::NOT_FOUND);
    assert!(text(&provider.get(path).await.body).contains("Druk op de knop"));
    assert!(text(&browser.get("/mijn").await.body).contains("U krijgt meldingen per mail"));
    assert_eq!(provider.post_with(path, &click, &[]).await.status, StatusCode::OK);
    assert!(text(&browser.get("/mijn").await.body).contains("geen meldingen per mail"));
    browser.post("/mijn", &[("doe", "mail-aan")]).await;
    assert!(text(&browser.get("/mijn").await.body).contains("U krijgt meldingen per mail"));
}

fn letterhead(house: &House) -> watch::Letterhead {
    let key = house.store().secret("").unwrap();
    watch::Letterhead::new(&house.site.parse().unwrap(), &key)
}

#[tokio::test(flavor = "multi_thread")]
async fn a_refusal_for_good_stops_mail_and_shows_until_mail_arrives_again() {
    let mut house = House::open(Mood::Kind).await;
    let browser = house.logged_in("naam0@voorbeeld.nl").await;
    let store = house.store();
    house.office.set(Mood::Never);
    queue(&store, 0, 1);
    house.running.wait_for("was refused for good");
    let page = browser.get("/mijn").await;
    assert!(text(&page.body).contains("no such mailbox here"), "{}", text(&page.body));
    let (_, said) = output(house.folder.path(), &["user", "list", "--data", "griffier-demo"]);
    assert!(said.contains("naam0@voorbeeld.nl") && said.contains("refused"), "{said}");

    house.office.set(Mood::Kind);
    let browser = house.logged_in("naam0@voorbeeld.nl").await;
    assert!(!text(&browser.get("/mijn").await.body).contains("weigert"));
}

#[tokio::test(flavor = "multi_thread")]
async fn a_refusal_of_ourselves_is_waited_for() {
    let mut house = House::open(Mood::NotFromYou).await;
    let store = house.store();
    queue(&store, 0, 1);
    house.running.wait_for("was not sent yet");
    let outbox = outbox(&store.reader().unwrap()).unwrap();
    assert_eq!((outbox.queued, outbox.failed), (1, 0));
}

#[tokio::test(flavor = "multi_thread")]
async fn the_operator_lists_mutes_and_deletes() {
    let house = House::open(Mood::Kind).await;
    let browser = house.logged_in("jan@voorbeeld.nl").await;
    let user = |arguments: &[&str]| {
        let all = [&["user"], arguments, &["--data", "griffier-demo"]].concat();
        output(house.folder.path(), &all)
    };
    let (_, said) = user(&["list"]);
    assert!(said.contains("jan@voorbeeld.nl"), "{said}");
    assert!(user(&["mute", "Jan@voorbeeld.nl"]).0.success());
    let (_, said) = user(&["show", "jan@voorbeeld.nl"]);
    assert!(said.contains("muted") && said.contains("sessions: 1"), "{said}");
    assert!(text(&browser.get("/mijn").await.body).contains("De beheerder van deze site"));
    assert!(user(&["mute", "jan@voorbeeld.nl", "--undo"]).0.success());
    assert!(user(&["delete", "jan@voorbeeld.nl"]).0.success());
    assert!(!browser.is_in().await);
    let (status, said) = user(&["delete", "jan@voorbeeld.nl"]);
    assert!(!status.success() && said.contains("griffier user list"), "{said}");
}

/// Queues messages: the mail of people who want to log in is the way into the outbox.
fn queue(store: &Store, from: usize, number: usize) {
    let now = Timestamp::now();
    for number in from..from + number {
        let email = format!("naam{number}@voorbeeld.nl");
        let hash = watch::secret::hash(&format!("{email} {now}"));
        let login = NewLogin {
            email: email.clone(),
            token: hash,
            code: hash,
            browser: hash,
            return_to: "/".into(),
            expires_at: now,
        };
        let message = NewMessage {
            account: None,
            kind: MessageKind::Alert,
            message_id: format!("<{number}.{}@griffier.nl>", now.as_millisecond()),
            thread: None,
            unsubscribe: Some("https://griffier.nl/uitschrijven/1/0".into()),
            recipient: email,
            subject: format!("Bericht {number}"),
            text: format!("Dit is bericht {number}."),
            html: format!("<p>Dit is bericht {number}.</p>"),
            expires_at: None,
        };
        store.ask_login(&login, &message, now).unwrap();
    }
}
