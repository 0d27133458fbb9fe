//! Performs the steps of a scenario.

use serde_json::{Value, json};
use tokio_tungstenite::tungstenite::Message;
use tokio_tungstenite::tungstenite::protocol::CloseFrame;
use tokio_tungstenite::tungstenite::protocol::frame::coding::CloseCode;

use crate::run::Run;
use crate::step::{Action, Attempts, Connect, Step};
use crate::{Failure, events, replies};

impl Run {
    pub(crate) async fn perform(&mut self, step: &Step) -> Result<(), Failure> {
        let on = step.on;
        match &step.action {
            Action::Connect(connect) => self.accept(connect).await,
            Action::Live(sources) => self.live(sources).await,
            Action::Loaded(items) => self.loaded(items).await,
            Action::Expect(message) => self.expect(on, message).await,
            Action::Reply(kind, data) => self.reply(on, kind, data).await,
            Action::Send(events) => self.send(on, events).await,
            Action::Text(text) => self.connection(on)?.send(Message::text(text)).await,
            Action::Binary(text) => {
                self.connection(on)?.send(Message::binary(text.clone().into_bytes())).await
            }
            Action::Cut => self.connection(on).map(|connection| connection.cut()),
            Action::Close => self.close(on).await,
            Action::Closed => self.closed(on).await,
            Action::App(lines) => self.lines(lines).await,
            Action::Event(members) => self.event(members),
            Action::State(name, reason) => self.state(name, reason.as_deref()).await,
            Action::Command(command) => {
                self.flush().await?;
                self.adapter.command(command).await
            }
            Action::Restart => self.restart().await,
            Action::Nothing => self.nothing(on).await,
            Action::Attempts(attempts) => self.attempts(attempts).await,
        }
    }

    pub(crate) async fn send(&mut self, on: Option<usize>, events: &[Value]) -> Result<(), Failure> {
        let connection = self.connection(on)?;
        let request = connection.last("state").map(|message| message["id"].clone()).unwrap_or_default();
        let events: Result<Vec<_>, _> = events.iter().map(|event| events::expand(event, &request)).collect();
        connection.send_events(events?).await
    }

    pub(crate) async fn accept(&mut self, connect: &Connect) -> Result<(), Failure> {
        let lines = self.adapter.lines.clone();
        let ended = lines.wait(|inbox| inbox.has_ended.then_some(()));
        let connection = tokio::select! {
            connection = self.gateway.accept(connect) => connection?,
            () = ended => return Err("the client program ended before it connected".to_owned()),
        };
        self.connections.extend(connection);
        Ok(())
    }

    async fn live(&mut self, sources: &Value) -> Result<(), Failure> {
        self.accept(&Connect::default()).await?;
        self.expect(None, &json!({"action": "subscribe", "subjects": ["orders/acme/*"]})).await?;
        self.reply(None, "subscribed", sources).await?;
        self.line("a", "ready").await
    }

    async fn next(&mut self, on: Option<usize>) -> Result<Value, Failure> {
        let message = self.connection(on)?.next().await?;
        message.ok_or("the client ended the connection".to_owned())
    }

    /// A client whose subscriptions are not loaded yet pings first.
    pub(crate) async fn expect(&mut self, on: Option<usize>, expected: &Value) -> Result<(), Failure> {
        let mut message = self.next(on).await?;
        if message["action"] == "ping"
            && expected["action"] != "ping"
            && self.connection(on)?.received.len() == 1
        {
            self.reply(on, "pong", &Value::Null).await?;
            message = self.next(on).await?;
        }
        if !message["id"].is_string() {
            return Err(format!("the message {message} has no id"));
        }
        if comparable(&message) == comparable(expected) {
            return Ok(());
        }
        Err(format!("the client sent {message}"))
    }

    pub(crate) async fn reply(&mut self, on: Option<usize>, kind: &str, data: &Value) -> Result<(), Failure> {
        self.count += 1;
        let count = self.count;
        let connection = self.connection(on)?;
        let message = replies::action(kind, data).and_then(|action| connection.last(&action));
        let data = replies::data(kind, data, message);
        connection.send_events(vec![events::control(kind, count, replies::TIME, data)]).await
    }

    /// The client may have closed it already.
    async fn close(&mut self, on: Option<usize>) -> Result<(), Failure> {
        let connection = self.connection(on)?;
        let _ = connection.send(Message::Close(Some(normal()))).await;
        connection.finish().await;
        Ok(())
    }

    async fn restart(&mut self) -> Result<(), Failure> {
        self.assert_no_message()?;
        self.adapter.restart().await?;
        self.connections.iter_mut().for_each(|connection| connection.cut());
        Ok(())
    }

    async fn closed(&mut self, on: Option<usize>) -> Result<(), Failure> {
        let connection = self.connection(on)?;
        while let Some(message) = connection.next().await? {
            if message["action"] != "ping" && message["action"] != "unsubscribe" {
                return Err(format!("the client sent {message}"));
            }
        }
        Ok(())
    }

    async fn lines(
        &mut self,
        lines: &std::collections::BTreeMap<String, Vec<String>>,
    ) -> Result<(), Failure> {
        for (subscription, texts) in lines {
            for text in texts {
                self.line(subscription, text).await?;
            }
        }
        Ok(())
    }

    /// Other members are ignored.
    fn event(&self, members: &Value) -> Result<(), Failure> {
        let event = &self.last_line["event"];
        let differs = |(name, value): (&String, &Value)| event[name] != *value;
        if members.as_object().is_some_and(|members| !members.iter().any(differs)) {
            return Ok(());
        }
        Err(format!("the application printed {event}"))
    }

    /// The ping that follows a wake shows that the client had no other message to send.
    async fn nothing(&mut self, on: Option<usize>) -> Result<(), Failure> {
        self.flush().await?;
        self.adapter.command(&json!({"wake": true})).await?;
        self.expect(on, &json!({"action": "ping"})).await?;
        self.reply(on, "pong", &Value::Null).await?;
        self.assert_quiet()
    }

    async fn attempts(&mut self, attempts: &Attempts) -> Result<(), Failure> {
        let count = self.gateway.refuse_all(attempts).await;
        if count <= attempts.at_most {
            return Ok(());
        }
        Err(format!("the client tried to connect {count} times within {} s", attempts.seconds))
    }
}

fn normal() -> CloseFrame {
    CloseFrame { code: CloseCode::Normal, reason: Default::default() }
}

/// Removes the id, and sorts the lists: their order has no meaning.
fn comparable(message: &Value) -> Value {
    let mut message = message.clone();
    if let Some(members) = message.as_object_mut() {
        members.remove("id");
        for list in ["subjects", "types"] {
            if let Some(Value::Array(texts)) = members.get_mut(list) {
                texts.sort_by_key(Value::to_string);
            }
        }
    }
    message
}
