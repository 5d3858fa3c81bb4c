import RichText
import SessionCore
import Settings
import Timing

/// The loop of plain mode: sleeps until a line or an event comes, changes the model that the interface on a screen has as well, carries
/// out its effects, and writes what is new. Made and run on one thread, which ``run()`` keeps until the end.
public final class PlainApplication {
    /// How it ended.
    public struct Ending: Sendable {
        /// The signal that ended it, or 0.
        public var signal: Int32
        /// Whether a turn ended badly, or something that was asked for could not be done.
        public var hasFailed: Bool
    }

    private let console: any LineConsole
    private let mailbox: Mailbox
    private let services: ApplicationServices
    var model: Model
    var narrator = Narrator()
    /// The lines of a message that goes on in the next line.
    var unfinished: String?
    /// Whether what is written is added to what is in the input. Without a person, a draft of before is left as it is.
    var addsToDraft: Bool
    /// The message that a search has led to, narrated when it is here.
    var sought: Message.ID? {
        didSet { if sought != nil { narrator.leadsToMatch = true } }
    }
    /// How many earlier messages are to be narrated as soon as they are here.
    var awaitsEarlier: Int?
    private var narratedDialog: String?
    private var narratedDraft = ""
    private var narratedUnstored: String?
    private var awaited = AwaitedAnswers()
    private var hasFailed = false
    private var hasQuit = false
    private var signal: Int32 = 0

    var isInteractive: Bool { console.isInteractive }

    /// - Parameters:
    ///   - greeting: the first line.
    ///   - offers: the services that accounts can be added for.
    ///   - problems: what is wrong with the configuration.
    public init(
        console: any LineConsole, mailbox: Mailbox, services: ApplicationServices, greeting: String,
        accounts: [AccountEntry], offers: [ServiceOffer] = [], themes: ThemeChoice,
        zone: LocalZone = .system, problems: [Problem] = [], alerts: Alerts = Alerts(),
        appearance: Appearance = Appearance(), languages: LanguageCatalog = .builtIn,
        templates: TemplateCatalog = .empty
    ) {
        self.console = console
        self.mailbox = mailbox
        self.services = services
        addsToDraft = console.isInteractive
        let context = PaneContext(
            accounts: Accounts(accounts, offers: offers), keymap: .commands,
            labels: TimeLabels(zone: zone, times: appearance.times, clock: appearance.clock),
            now: services.clock.date(), size: Size(columns: 80, rows: 24), alerts: alerts,
            appearance: appearance, languages: languages, templates: templates)
        model = Model(context: context, themes: themes)
        if console.isInteractive { narrator.say(greeting) }
        for problem in problems { narrator.say(problem.description) }
    }

    /// Runs until the person quits, the input or the terminal ends.
    public func run() -> Ending {
        mailbox.attach(console.waker)
        while !hasQuit { step() }
        narrator.endReply()
        console.write(narrator.takeWritten())
        return Ending(signal: signal, hasFailed: hasFailed || narrator.failures > 0)
    }

    private func step() {
        write()
        for event in console.wait(readsLines: isInteractive || isSettled) where !hasQuit { receive(event) }
        receiveMail()
        settle()
    }

    /// Whether everything that the last line has begun is over: without a person, the next line waits for that.
    private var isSettled: Bool {
        guard model.isReady, awaited.isEmpty, awaitsEarlier == nil, sought == nil else { return false }
        if case .wizard(let wizard) = model.dialogs.current, wizard.awaited != nil { return false }
        guard let task = model.tasks.focused else { return !model.context.accounts.awaitAgents }
        guard let transcript = model.conversation[task], transcript.isLoaded else { return false }
        return !transcript.isBusy()
    }

    // MARK: Output

    private func write() {
        if isInteractive, !narrator.isAtPrompt, let prompt { narrator.prompt(prompt) }
        let text = narrator.takeWritten()
        if !text.isEmpty { console.write(text) }
    }

    /// What the person is asked for; nil while a reply is narrated.
    private var prompt: String? {
        guard !awaited.search else { return nil }
        if let dialog = model.dialogs.current { return DialogText(dialog: dialog, tasks: model.tasks).prompt }
        if unfinished != nil { return "... " }
        guard model.isReady, !awaited.isSettling, awaitsEarlier == nil, sought == nil, !isReplyNarrated else {
            return nil
        }
        return model.tasks.focusedTask?.mode == .background ? "You, in the background: " : "You: "
    }

    /// Whether the conversation, or the reply to the last message, is narrated or comes at any moment.
    private var isReplyNarrated: Bool {
        guard let task = model.tasks.focused else { return false }
        guard narrator.isIntroduced, let transcript = model.conversation[task] else { return true }
        return narrator.speech != nil
            || transcript.turns.values.contains { [.sending, .streaming].contains($0.state) }
    }

    /// Narrates what has changed, and what that asks for.
    private func settle() {
        guard !hasQuit else { return }
        if let text = model.notice?.text {
            model.notice = nil
            narrator.announce(text)
        }
        narrator.narrate(model)
        narrateSought()
        if let count = awaitsEarlier, isPageHere, narrator.narrateEarlier(model, most: count) {
            awaitsEarlier = nil
        }
        if sought == nil { carryOut(model.settleWithoutScreen()) }
        carryOut(model.saveDraft())
        narrateDialog()
        narrateDraft()
        narrateUnstored()
    }

    private var isPageHere: Bool {
        model.tasks.focused.flatMap { model.conversation[$0] }.map { $0.isLoaded && $0.pending == nil }
            ?? true
    }

    private func narrateSought() {
        guard let message = sought, let task = model.tasks.focused, isPageHere else { return }
        sought = nil
        if narrator.isIntroduced { narrator.leadsToMatch = false }
        guard model.conversation[task]?.index(of: message) != nil else { return }
        model.conversation.select(message, in: task)
        narrator.narrate(message, model)
    }

    private func narrateDialog() {
        // What is searched for is narrated when it has been found.
        guard !awaited.search else { return }
        let text = model.dialogs.current.map { DialogText(dialog: $0, tasks: model.tasks) }
        console.echoes = text?.asksForSecret != true
        guard text?.text != narratedDialog else { return }
        narratedDialog = text?.text
        guard let narratedDialog else { return }
        narrator.separate()
        narrator.say(narratedDialog)
    }

    /// Narrates what is in the input without having been typed just now.
    private func narrateDraft() {
        let text = model.composer.editor.text
        guard text != narratedDraft else { return }
        narratedDraft = text
        guard !text.isEmpty, addsToDraft else { return }
        let lines = text.split(separator: "\n", omittingEmptySubsequences: false)
        let more = lines.count > 20 ? "\n(\(lines.count - 20) more lines)" : ""
        narrator.separate()
        narrator.say("Draft:\n" + lines.prefix(20).joined(separator: "\n") + more)
        narrator.say(
            "An empty line sends the draft, what you write is added to it, /edit opens it in your editor"
                + (isInteractive ? ", Ctrl-C discards it." : "."))
    }

    private func narrateUnstored() {
        let reason = model.unstored?.reason
        guard reason != narratedUnstored else { return }
        narratedUnstored = reason
        narrator.announce(reason.map { "Not stored yet: \($0). Retrying." } ?? "Everything is stored again.")
    }

    // MARK: Input

    private func receive(_ event: LineEvent) {
        model.clockMoved(to: services.clock.date())
        switch event {
        case .line(let line): receive(line: line)
        case .paste(let text): receive(pasted: text)
        case .interrupt: interrupt()
        case .endOfInput: isInteractive ? carryOut(model.quit()) : carryOut(model.leave())
        case .resumed: narrator.endLine()
        case .ended(let number):
            signal = number
            keepUnfinishedLine()
            carryOut(model.leave())
        }
        guard !hasQuit else { return }
        awaited.settles()
        services.settle()
    }

    private func receive(line: String) {
        narrator.lineWasTyped()
        if !console.echoes { narrator.endLine() }
        model.forgetQuitting()
        if unfinished == nil, model.dialogs.isOpen { answer(line) } else { take(line) }
    }

    /// What was pasted is sent only when the person says so. Lines that begin with a command were typed by a program.
    private func receive(pasted text: String) {
        let lines = text.split(separator: "\n", omittingEmptySubsequences: false).map(String.init)
        guard !model.dialogs.isOpen, lines.first.flatMap(SlashCommand.request(in:)) == nil else {
            for line in lines where !hasQuit { receive(line: line) }
            return
        }
        narrator.lineWasTyped()
        model.composer.insert((model.composer.isEmpty ? "" : "\n") + text)
    }

    /// Ctrl-C: cancels what is asked, else stops the reply, else discards what was written, else quits when pressed twice.
    private func interrupt() {
        narrator.endLine()
        if model.dialogs.isOpen {
            carryOut(model.perform(.dialogCancel))
            if !model.dialogs.isOpen { narrator.say("Cancelled.") }
        } else if model.isRunning {
            carryOut(model.perform(.stop))
        } else if unfinished != nil {
            unfinished = nil
            narrator.say("The message is discarded.")
        } else {
            if !model.composer.isEmpty { narrator.say("The draft is discarded.") }
            carryOut(model.perform(.interrupt))
        }
    }

    /// What has been typed and not sent becomes the draft.
    private func keepUnfinishedLine() {
        let typed = [unfinished, isInteractive ? console.takeUnfinishedLine() : nil].compactMap(\.self)
            .filter { !$0.isEmpty }.joined(separator: "\n")
        guard !typed.isEmpty, console.echoes, !model.dialogs.isOpen else { return }
        model.composer.insert((model.composer.isEmpty ? "" : "\n") + typed)
    }

    // MARK: Events

    private func receiveMail() {
        let mail = mailbox.drain()
        if !mail.isEmpty { model.clockMoved(to: services.clock.date()) }
        for item in mail {
            awaited.note(item)
            carryOut(model.receive(item.withoutKeys))
            if model.shows(item) { narrator.narrate(model) }
        }
        // What was typed is stored and narrated by now, or was not accepted.
        if !awaited.isSettling { narrator.typed = [] }
    }

    // MARK: Effects

    func carryOut(_ effects: [Effect]) {
        for effect in effects { carryOut(effect) }
    }

    private func carryOut(_ effect: Effect) {
        awaited.note(effect)
        guard !services.carryOut(effect) else { return }
        switch effect {
        case .copy(let text, let name):
            say(
                services.copy(text)
                    ? "Copied \(name)."
                    : "Nothing was copied: neither wl-copy, xclip, xsel nor tmux is there.")
        case .notify(let notification, .command(let words)): services.notify(words, notification)
        case .suspend: console.suspend()
        case .openEditor(let text): edit(text)
        case .saveTheme(let name):
            reportingErrors {
                try services.saveTheme(name)
                say("The interface on a screen uses the theme “\(name)” from now on.")
            }
        case .notice(let text, let role, _):
            if role == .statusError || role == .error { hasFailed = true }
            narrator.announce(text)
        case .quit: hasQuit = true
        default: break
        }
    }

    func say(_ text: String) { narrator.say(text) }

    /// Something that was asked for cannot be done.
    func refuse(_ text: String) {
        hasFailed = true
        narrator.say(text)
    }

    private func edit(_ text: String) {
        guard isInteractive else { return refuse("An editor needs a terminal.") }
        narrator.endLine()
        console.write(narrator.takeWritten())
        reportingErrors { model.replaceInput(with: try console.released { try services.edit(text) }) }
    }

    private func reportingErrors(_ body: () throws -> Void) {
        do { try body() } catch { refuse("\(error)") }
    }
}

/// The answers that are under way: without a person, the next line is read when all are here.
private struct AwaitedAnswers {
    private(set) var search = false
    /// How much of what was submitted has yet to be carried out.
    private var unsettled = 0
    private var files = 0
    private var fork = false

    var isEmpty: Bool { !search && !isSettling && files == 0 && !fork }
    var isSettling: Bool { unsettled > 0 }

    mutating func settles() { unsettled += 1 }

    mutating func note(_ effect: Effect) {
        switch effect {
        case .submit(.search(let request)): search = !SearchQuery(request.words).isEmpty
        case .submit(.fork): fork = true
        case .readFile, .attachFile, .writeFile, .exportTask, .readClipboard: files += 1
        default: break
        }
    }

    mutating func note(_ mail: Mail) {
        switch mail {
        case .session(.found): search = false
        case .session(.problem): (search, fork) = (false, false)
        case .session(.task(let task)) where task.origin != nil: fork = false
        case .files(.listing): break
        case .files, .clipboard: files = max(0, files - 1)
        case .settled: unsettled = max(0, unsettled - 1)
        default: break
        }
    }
}

extension Mail {
    /// Settings for plain mode, which has no keys.
    fileprivate var withoutKeys: Mail {
        guard case .settings(var update) = self else { return self }
        update.keymap = nil
        return .settings(update)
    }
}
