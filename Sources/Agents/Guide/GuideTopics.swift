/// What the guide knows beside the manual: the words of Parley, what it does not have, and by which words people ask for a section.
enum GuideTopics {
    /// Words that people use for what a section of the README is about, by its title.
    static let keywords: [String: String] = [
        "Install and open":
            "install installation setup build compile debian ubuntu package download start update upgrade new version requirements swift",
        "A Debian package": "deb dpkg apt package installer without swift",
        "Manual and completions":
            "man manpage manpages manual pages tab completion complete bash zsh fish shell",
        "Environment variables": "env variable environment",
        "First steps": "begin beginner new tutorial started introduction basics",
        "Quit and come back": "exit leave close restart continue",
        "Undo, archive and delete":
            "undelete restore recover accident accidentally mistake deleted trash get back",
        "Send a message":
            "write type paste pasted several lines multiline line break compose text newline draft",
        "Background": "bg long job streamed difference asynchronous queued poll later busy",
        "Stop a reply": "abort cancel halt interrupt generation",
        "When a message fails":
            "error failed failure retry resend connection internet network offline lost down broke off cut stopped middle incomplete unconfirmed twice rate limit",
        "Reading": "scroll follow end page conversation",
        "Steps, cards and suggestions": "steps thinking thoughts reasoning tools tool calls products",
        "Search": "find old messages full-text earlier",
        "Copy": "clipboard tmux ssh osc text selection",
        "Keys": "shortcuts hotkeys keyboard list all",
        "Bind other keys": "change binding bindings rebind remap keymap custom own configure key shortcut",
        "Slash commands": "command commands slash",
        "Plain mode and screen readers":
            "accessibility accessible blind braille speech screenreader dumb linear line lines serial emacs plain text pipe",
        "ASCII":
            "locale lang lc_all utf-8 utf8 unicode encoding charset special characters boxes question marks",
        "Themes": "colours dark light mode appearance look scheme",
        "Your own theme": "custom make write create design colours",
        "Accounts": "login sign in vendor provider connect service add config",
        "Where a key comes from":
            "api key secret password token credentials put store stored safe security pass keyring environment variable",
        "Command line": "script scripting shell pipe json output automation cron exit status cli",
        "The local server": "local serve http api curl",
        "Agents of your own":
            "ollama llama model llm openai gpt lm studio vllm llama.cpp program own local custom",
        "Keys for its clients": "server key client user team revoke",
        "Where it listens, and its limits": "port host address network team firewall limits expose",
        "Where files and data are stored":
            "folder path location file files log database disk config backup xdg saved save chats",
        "Privacy":
            "data sent anywhere telemetry tracking private confidential safe secret upload collect cloud",
        "When something is wrong":
            "problem trouble broken garbled screen alt meta not work doctor debug diagnose bug report log error",
        "Reliability": "lost crash kill power safe guarantee durable",
        "How it is built": "architecture code modules swift",
        "Test and contribute": "test tests contribute development pull request patch",
    ]

    /// The words of Parley, and what people look for and do not find.
    static let sections: [ManualSection] = [
        topic(
            "Tasks", "task definition conversation chat session thread",
            """
            A task is one conversation with one agent. It keeps its messages, its draft and its title, and continues where you left \
            it. The list on the left shows all of them, the most recent first; Alt-N starts another.
            """),
        topic(
            "Getting started", "start started begin beginner new how",
            """
            Type a question below and press Enter: the answer streams in. Alt-N starts another task, for example with the agent Demo, \
            which shows what agents do. `/account` adds an account of a service, step by step. F1 lists every action with its keys, \
            and `topics` what I can answer.
            """),
        topic(
            "Agents and accounts", "agent account difference definition",
            """
            An account is your access to a service: its address, your key, your user name there. An agent is who answers; a service \
            has one or many. A task belongs to one agent of one account, and Alt-N lets you choose.
            """),
        topic(
            "The demo", "demo example examples try sample test playground everything show cards question",
            """
            Demo is an agent of the built-in server that shows what agents do. Alt-N starts a task with it. Say \
            `show me everything`, or one thing: `thinking`, `tools`, `cards`, `suggestions`, `ask`, `fail`, `job`, `markdown`. \
            `parley demo` shows it through all four services.
            """),
        topic(
            "Turns", "turn turns definition streamed background",
            """
            A turn is one message of yours and the answer to it. It is streamed, word by word, or runs in the background and is \
            polled until it ends. While one runs, your next messages are queued.
            """),
        topic(
            "Marks in the task list",
            "mark marks sign symbol icon cross dot question red circle arrow caret queued",
            """
            | mark | the task |
            |---|---|
            | `●` | has an answer that you have not read |
            | `…` | has a turn that runs or is queued |
            | `?` | waits for your answer |
            | `✗` | failed |
            | `!` | is unconfirmed: it is not known whether the message arrived |
            | `^` | is pinned to the top |
            """),
        topic(
            "Attachments", "attach attachment attachments file files upload document pdf",
            """
            `@` at the start of a word offers files: the one that you select is attached, as a block of code with its name. \
            `/attach FILE` does the same; `/insert FILE` puts in the text alone. A pipe works as well: `git diff | parley send "Review this: $(cat)"`. Files that are no text cannot be sent.
            """),
        topic(
            "Images", "image images picture pictures photo screenshot sixel graphics",
            "Parley has no images: it shows text. Links to pictures are in the list of links (Alt-O)."),
        topic(
            "Mouse", "mouse click wheel trackpad touch",
            """
            Every action has a key, and F1 lists them. `mouse = true` in the config, or Ctrl-X p, switches the mouse on: the wheel \
            scrolls, a click goes to a task or chooses in a dialog, and the line beside the list can be dragged. With Shift the mouse \
            stays the terminal's, for selecting text.
            """),
        topic(
            "Split view", "split splits side tile divide multiple panes two screens windows",
            """
            Parley has no split view: one task is open at a time, and Alt-1 to Alt-9 or Ctrl-S go to another. To see two at once, \
            open Parley twice, in two terminals or panes of tmux; both work on the same tasks.
            """),
        topic(
            "Speech", "voice speech speak listen audio microphone dictation",
            "Parley has no speech: it reads and writes text."),
        topic(
            "Notifications",
            "notification notifications notify desktop alert bell sound beep beeping ring noise silence mute popup email",
            """
            When a turn ends and you do not look, Parley rings the terminal's bell and shows a desktop notification, through tmux \
            and ssh as well; Alt-A goes there. `bell` and `notify` in the config change that: `notify` takes the terminal's way, \
            or a program of yours, or `"off"`.
            """),
        topic(
            "Costs",
            "cost costs price money free pay billing subscription licence license expensive open source",
            """
            Parley is free: its licence is MIT. What a service or a hosted model costs is between you and its provider; the guide and \
            models on your own computer cost nothing.
            """),
        topic(
            "Other systems", "windows mac macos bsd phone android ios platform operating system",
            "Parley is made for Linux and tested on Debian. On Windows it needs WSL. It has no version for phones, and macOS is untested."
        ),
        topic(
            "Editing what was sent",
            "edit change correct sent already message regenerate again different answer",
            """
            Ctrl-X e puts your last message, or the selected one, into the input, to be changed and sent again: in a fork that ends \
            before it where the service can fork, else at the end of the task. Ctrl-X r asks again for a reply, with the same message. \
            `f` forks the task at a message; where the service cannot, it begins a new task with the conversation as its first message.
            """),
        topic(
            "Size of the letters", "font fonts size bigger larger smaller letters zoom text",
            "Parley has no font of its own: the terminal draws the letters, and many make them larger with Ctrl and +."
        ),
        topic(
            "Working offline", "offline internet network plane without",
            """
            Parley opens, shows and searches everything that is stored without a network, and the guide, the demo and models on this \
            computer answer. A message to a service that cannot be reached fails with the reason; Alt-R sends it again.
            """),
        topic(
            "Several people",
            "two people person persons share shared sharing team user users together multi-user",
            """
            Parley is for one person: everyone has tasks and a config of their own. With `parley serve` and keys for its clients, \
            others can talk to the agents of this computer.
            """),
        topic(
            "Logging out", "log out logout logoff sign signout",
            """
            There is no login to Parley, so there is nothing to log out of: Ctrl-Q quits. To give an account up, take its table out \
            of `config.toml`; its tasks stay and can be read.
            """),
    ]

    private static func topic(_ title: String, _ keywords: String, _ text: String) -> ManualSection {
        ManualSection(title: title, text: text, path: ["Words"], keywords: keywords, kind: .topic)
    }
}
