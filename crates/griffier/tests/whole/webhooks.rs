//! Webhooks, as somebody with an account meets them: added, tried, called with what a monitor matched, and
//! stopped. And that they lead nowhere that is not public.

use base64::Engine;
use base64::engine::general_purpose::STANDARD as BASE64;
use hmac::{Hmac, KeyInit, Mac};
use jiff::Timestamp;
use reqwest::StatusCode;
use sha2::Sha256;

use crate::accounts::House;
use crate::delivery::{happen, hurry};
use crate::post_office::Mood;
use crate::receiver::{Answer, Call, Receiver};
use crate::support::{PATIENCE, text};

const DOSSIER: &str = "/dossier/29247";

/// Whether a call has the signature that the specification asks for, of a moment that is near.
fn is_signed(call: &Call, secret: &str) -> bool {
    let key = BASE64.decode(secret.strip_prefix("whsec_").unwrap()).unwrap();
    let (id, timestamp) = (&call.headers["webhook-id"], &call.headers["webhook-timestamp"]);
    let mut mac = Hmac::<Sha256>::new_from_slice(&key).unwrap();
    mac.update(format!("{id}.{timestamp}.{}", call.body).as_bytes());
    let wanted = format!("v1,{}", BASE64.encode(mac.finalize().into_bytes()));
    let age = Timestamp::now().as_second() - timestamp.parse::<i64>().unwrap();
    call.headers["webhook-signature"] == wanted && (0..300).contains(&age)
}

async fn add(browser: &crate::accounts::Browser, address: &str) -> crate::accounts::Page {
    browser.post("/mijn/webhooks", &[("naam", "Redactie"), ("adres", address)]).await
}

#[tokio::test(flavor = "multi_thread")]
async fn a_webhook_is_called_with_what_a_monitor_matches_until_it_says_that_it_is_gone() {
    let receiver = Receiver::open(Answer::Status(200)).await;
    let allowed = ["--dangerous-webhook-networks", "127.0.0.1"];
    let house = House::open_with(Mood::Kind, &allowed).await;
    let browser = house.logged_in("jan@voorbeeld.nl").await;
    let store = house.store();
    let database = house.folder.path().join("griffier-demo/griffier.db");

    // It is added, and its secret is seen once.
    let made = add(&browser, &format!("{}/hook?x=1", receiver.address)).await;
    let (_, rest) = made.body.split_once("whsec_").unwrap();
    let secret = format!("whsec_{}", rest.split('<').next().unwrap()).replace("&#43;", "+");
    let page = browser.get("/mijn/webhooks/1").await;
    assert!(!page.body.contains("whsec_") && page.body.contains("Redactie"), "{}", page.body);

    // The button tells at once how it went.
    let tried = browser.post("/mijn/webhooks/1/proef", &[]).await;
    assert_eq!(tried.location, "/mijn/webhooks/1");
    let page = text(&browser.get("/mijn/webhooks/1").await.body);
    assert!(page.contains("Proefbericht verstuurd op"), "{page}");
    let trial = receiver.wait_for(1).await.remove(0);
    assert_eq!(trial.asked, "POST /hook?x=1");
    assert_eq!(trial.json()["type"], "test");
    assert!(is_signed(&trial, &secret), "{trial:?}");
    assert!(!is_signed(&Call { body: "{}".into(), ..trial }, &secret));

    // A monitor chooses it as its channel.
    let form = browser.get("/mijn/monitors/nieuw?onderwerp=%2Fdossier%2F29247").await;
    assert!(form.body.contains(r#"value="webhook-1""#), "{}", form.body);
    let choices = [
        ("onderwerp", DOSSIER),
        ("naam", "Acute zorg"),
        ("hoe", "webhook-1"),
        ("hoe-vaak", "once"),
        ("gebeurtenis", "document"),
    ];
    browser.post("/mijn/monitors", &choices).await;
    happen(&store, "Brief over acute zorg", DOSSIER);
    let told = receiver.wait_for(2).await.remove(1);
    assert!(is_signed(&told, &secret), "{told:?}");
    assert_eq!(told.headers["content-type"], "application/json");
    let body = told.json();
    assert_eq!(body["type"], "events");
    assert_eq!(body["id"], told.headers["webhook-id"].as_str());
    assert_eq!(body["data"]["monitors"][0]["name"], "Acute zorg");
    let item = &body["data"]["items"][0];
    assert_eq!(item["kind"], "document");
    assert_eq!(item["title"], "Brief over acute zorg");
    assert_eq!(item["headline"], "Brief regering: Brief over acute zorg");
    assert_eq!(item["address"], format!("{}/document/2025D31066", house.site));
    assert_eq!(item["monitors"][0], body["data"]["monitors"][0]["id"]);

    // What is not taken on comes again, the same; what happens meanwhile comes after it.
    receiver.set(Answer::Status(500));
    happen(&store, "Het eerste", DOSSIER);
    let first = receiver.wait_for(3).await.remove(2);
    happen(&store, "Het tweede", DOSSIER);
    let page = text(&browser.get("/mijn/webhooks").await.body);
    assert!(page.contains("lukt nu niet: de server antwoordde met 500"), "{page}");
    receiver.set(Answer::Status(200));
    hurry(&database);
    let calls = receiver.wait_for(5).await;
    assert_eq!(calls[3].headers["webhook-id"], first.headers["webhook-id"]);
    assert_eq!(calls[3].body, first.body);
    assert_eq!(calls[4].json()["data"]["items"][0]["title"], "Het tweede");

    // Gone is gone, and the account says so.
    receiver.set(Answer::Status(410));
    happen(&store, "Het derde", DOSSIER);
    receiver.wait_for(6).await;
    let until = std::time::Instant::now() + PATIENCE;
    loop {
        let page = text(&browser.get("/mijn").await.body);
        if page.contains("De webhook Redactie staat stil: de server antwoordde met 410") {
            break;
        }
        assert!(std::time::Instant::now() < until, "{page}");
    }
    happen(&store, "Het vierde", DOSSIER);
    let until = std::time::Instant::now() + PATIENCE;
    while !store.due_notices(Timestamp::now(), 1).unwrap().is_empty()
        || !store::watching::event::to_match(&store.reader().unwrap(), 1).unwrap().is_empty()
    {
        assert!(std::time::Instant::now() < until, "the fourth is never passed over");
        tokio::time::sleep(std::time::Duration::from_millis(100)).await;
    }
    assert_eq!(receiver.calls().len(), 6, "nothing is sent to it any more");

    // Until a trial is taken on.
    receiver.set(Answer::Status(204));
    browser.post("/mijn/webhooks/1/proef", &[]).await;
    assert!(!text(&browser.get("/mijn").await.body).contains("staat stil"));
    happen(&store, "Het vijfde", DOSSIER);
    let calls = receiver.wait_for(8).await;
    assert_eq!(calls[7].json()["data"]["items"][0]["title"], "Het vijfde");

    // Nobody else sees it, calls it or has it called.
    let stranger = house.logged_in("piet@voorbeeld.nl").await;
    assert_eq!(stranger.get("/mijn/webhooks/1").await.status, StatusCode::NOT_FOUND);
    let tried = stranger.post("/mijn/webhooks/1/proef", &[]).await;
    assert_eq!(tried.status, StatusCode::NOT_FOUND);
    stranger.post("/mijn/webhooks/1/weg", &[]).await;
    stranger.post("/mijn/monitors", &choices).await;
    let page = text(&stranger.get("/mijn/monitors").await.body);
    assert!(page.contains("alleen in de feed"), "{page}");

    // The export has it but for the secret, and it can be removed.
    let export = browser.get("/mijn/export.json").await.body;
    assert!(export.contains("Redactie") && export.contains("Het vijfde"), "{export}");
    assert!(!export.contains("whsec_"));
    browser.post("/mijn/webhooks/1/weg", &[]).await;
    assert_eq!(browser.get("/mijn/webhooks/1").await.status, StatusCode::NOT_FOUND);
    let page = text(&browser.get("/mijn/monitors").await.body);
    assert!(page.contains("alleen in de feed"), "{page}");
    assert_eq!(receiver.calls().len(), 8);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_webhook_leads_to_no_private_network() {
    let receiver = Receiver::open(Answer::Status(200)).await;
    let house = House::open(Mood::Kind).await;
    let browser = house.logged_in("jan@voorbeeld.nl").await;
    let port = receiver.address.rsplit_once(':').unwrap().1;
    for (host, said) in [
        ("127.0.0.1", "niet van het openbare internet"),
        ("2130706433", "niet van het openbare internet"),
        ("0x7f.1", "niet van het openbare internet"),
        ("0177.0.0.1", "niet van het openbare internet"),
        ("[::1]", "niet van het openbare internet"),
        ("[::ffff:7f00:1]", "niet van het openbare internet"),
        ("169.254.169.254", "niet van het openbare internet"),
        ("jan:geheim@voorbeeld.nl", "geen naam of wachtwoord"),
    ] {
        let page = add(&browser, &format!("https://{host}:{port}/")).await;
        assert!(text(&page.body).contains(said), "{host}: {}", text(&page.body));
    }
    let page = add(&browser, &receiver.address).await;
    assert!(text(&page.body).contains("niet van het openbare internet"));
    let page = add(&browser, "http://voorbeeld.nl/").await;
    assert!(text(&page.body).contains("met https:// beginnen"));

    // A name is looked at whenever something is sent.
    add(&browser, &format!("https://localhost:{port}/")).await;
    browser.post("/mijn/webhooks/1/proef", &[]).await;
    let page = text(&browser.get("/mijn/webhooks/1").await.body);
    assert!(page.contains("leidt niet naar een openbaar adres"), "{page}");
    assert!(receiver.calls().is_empty());
}
