/// The wire contract of the chat tasks API (Xagent).
///
/// A task holds a conversation with the one agent that a key is bound to. A message is answered 202 and runs in the background; the
/// transcript is the list of steps. Requests decode strictly, answers leniently.
public enum Xagent {}
