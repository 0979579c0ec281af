//! A server on loopback that takes webhooks, keeps what it was sent, and fails when it is told to.

use std::collections::BTreeMap;
use std::sync::{Arc, Mutex};
use std::time::{Duration, Instant};

use tokio::io::{AsyncBufReadExt, AsyncReadExt, AsyncWriteExt, BufReader};
use tokio::net::{TcpListener, TcpStream};

use crate::support::{PATIENCE, mix};

/// What came.
#[derive(Debug, Clone)]
pub(crate) struct Call {
    /// The method and the path.
    pub(crate) asked: String,
    /// The headers, by their names in lower case.
    pub(crate) headers: BTreeMap<String, String>,
    pub(crate) body: String,
    /// The status that it was answered with; none if the connection was closed instead.
    pub(crate) status: Option<u16>,
}

impl Call {
    pub(crate) fn json(&self) -> serde_json::Value {
        serde_json::from_str(&self.body).unwrap()
    }
}

/// What it does at each call.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Answer {
    /// This status.
    Status(u16),
    /// Fails in one of many ways, half of the times.
    Moody,
}

#[derive(Clone)]
pub(crate) struct Receiver {
    /// Without a slash at the end.
    pub(crate) address: String,
    state: Arc<Mutex<State>>,
}

struct State {
    answer: Answer,
    calls: Vec<Call>,
}

impl Receiver {
    pub(crate) async fn open(answer: Answer) -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let address = format!("http://{}", listener.local_addr().unwrap());
        let state = Arc::new(Mutex::new(State { answer, calls: Vec::new() }));
        let receiver = Self { address, state };
        let serving = receiver.clone();
        tokio::spawn(async move {
            while let Ok((stream, _)) = listener.accept().await {
                let receiver = serving.clone();
                // A client that goes away in the middle is part of the trial.
                tokio::spawn(async move { receiver.take(stream).await.unwrap_or_default() });
            }
        });
        receiver
    }

    pub(crate) fn set(&self, answer: Answer) {
        self.state.lock().unwrap().answer = answer;
    }

    pub(crate) fn calls(&self) -> Vec<Call> {
        self.state.lock().unwrap().calls.clone()
    }

    /// The calls, once there are so many.
    pub(crate) async fn wait_for(&self, number: usize) -> Vec<Call> {
        let until = Instant::now() + PATIENCE;
        loop {
            let calls = self.calls();
            if calls.len() >= number {
                return calls;
            }
            assert!(Instant::now() < until, "only {} of {number} calls came", calls.len());
            tokio::time::sleep(Duration::from_millis(20)).await;
        }
    }

    async fn take(&self, stream: TcpStream) -> std::io::Result<()> {
        let mut stream = BufReader::new(stream);
        let mut asked = String::new();
        stream.read_line(&mut asked).await?;
        let mut headers = BTreeMap::new();
        loop {
            let mut line = String::new();
            if stream.read_line(&mut line).await? == 0 {
                return Ok(());
            }
            let Some((name, value)) = line.trim_end().split_once(": ") else { break };
            headers.insert(name.to_lowercase(), value.to_owned());
        }
        let length = headers.get("content-length").and_then(|length| length.parse().ok());
        let mut body = vec![0; length.unwrap_or_default()];
        stream.read_exact(&mut body).await?;
        let status = {
            let mut state = self.state.lock().unwrap();
            let turn = mix(state.calls.len() as u64);
            let status = match state.answer {
                Answer::Status(status) => Some(status),
                Answer::Moody => match turn % 8 {
                    // Gone without a word, once it was taken on.
                    0 => None,
                    1 => Some(500),
                    2 => Some(503),
                    3 => Some(302),
                    _ => Some(200),
                },
            };
            let asked = asked.trim_end().trim_end_matches(" HTTP/1.1").to_owned();
            let body = String::from_utf8(body).unwrap();
            state.calls.push(Call { asked, headers, body, status });
            status
        };
        let Some(status) = status else { return Ok(()) };
        let answer =
            format!("HTTP/1.1 {status} x\r\ncontent-length: 0\r\nconnection: close\r\n\r\n");
        stream.get_mut().write_all(answer.as_bytes()).await
    }
}
