import Foundation
import RichText
import SessionCore
import Settings

/// What the application asks of the program around it.
public struct ApplicationServices {
    /// Takes intents for the session manager.
    public var submit: (Intent) -> Void
    /// Lets the person's editor work on a text; throws what to tell when it cannot.
    public var edit: (String) throws -> String
    /// Keeps the choice of a theme in the configuration.
    public var saveTheme: (String) throws -> Void
    /// Does what the setup of an account asks for; answers come through the mailbox.
    public var setUp: (AccountWizardRequest) -> Void
    /// Asks the service of an account for its agents; the answer comes through the mailbox.
    public var listAgents: (AccountName) -> Void
    public var now: () -> Date

    public init(
        submit: @escaping (Intent) -> Void, edit: @escaping (String) throws -> String,
        saveTheme: @escaping (String) throws -> Void,
        setUp: @escaping (AccountWizardRequest) -> Void = { _ in },
        listAgents: @escaping (AccountName) -> Void = { _ in },
        now: @escaping () -> Date = { Date() }
    ) {
        self.submit = submit
        self.edit = edit
        self.saveTheme = saveTheme
        self.setUp = setUp
        self.listAgents = listAgents
        self.now = now
    }
}

/// The interface's loop: sleeps until a key, an event or a deadline, changes the model, draws a frame. One thread runs it, the
/// one that calls ``run()``.
@MainActor
public final class Application {
    /// How long what is written may stay unsaved: a draft that outlives a kill costs no write for each key.
    static let draftDelay: Duration = .milliseconds(300)

    private let screen: any Screen
    private let mailbox: Mailbox
    private let services: ApplicationServices
    private var model: Model
    private var frames = FramePolicy()
    private var draftDue: ContinuousClock.Instant?
    private var title = ""
    private var hasQuit = false
    /// The signal that ended the program, 0 for none.
    private var signal: Int32 = 0

    /// - Parameter said: what was said before, oldest first, for the input's history.
    public init(
        screen: any Screen, mailbox: Mailbox, services: ApplicationServices, accounts: [AccountEntry],
        offers: [ServiceOffer] = [], keymap: Keymap,
        themes: ThemeChoice, timeZone: TimeZone, said: [String] = [], problems: [Problem] = []
    ) {
        self.screen = screen
        self.mailbox = mailbox
        self.services = services
        model = Model(
            accounts: accounts, offers: offers, keymap: keymap, themes: themes, timeZone: timeZone,
            now: services.now(),
            size: screen.size,
            problems: problems)
        model.history = InputHistory(said)
    }

    /// Runs until the person quits or the terminal goes.
    /// - Returns: the signal that ended it, or 0.
    public func run() -> Int32 {
        mailbox.attach(screen.waker)
        frames.inputChanged()
        drawIfDue()
        while !hasQuit { step() }
        return signal
    }

    private func step() {
        let input = screen.wait(until: nextDeadline())
        for event in input where !hasQuit { take(event) }
        // What a key changed is on the screen before anything that arrived meanwhile is looked at.
        if !input.isEmpty { drawIfDue() }
        takeMail()
        saveDraftIfDue()
        drawIfDue()
    }

    private func nextDeadline() -> ContinuousClock.Instant? {
        switch frames.decision(now: .now) {
        case .rest: draftDue
        case .draw: .now
        case .wait(let frameDue): min(frameDue, draftDue ?? frameDue)
        }
    }

    private func take(_ event: InputEvent) {
        model.now = services.now()
        frames.inputChanged()
        switch event {
        case .key(let key): model.press(key)
        case .paste(let text): model.paste(text)
        case .resize(let size): model.size = size
        case .focus(let hasFocus):
            model.hasFocus = hasFocus
            if hasFocus { services.submit(.sync) }
        case .background(let dark): model.themes.terminalIs(dark: dark)
        case .resumed: screen.invalidate()
        case .ended(let number):
            signal = number
            model.leave()
        }
        carryOut()
        if model.isDraftDirty, draftDue == nil { draftDue = .now + Self.draftDelay }
    }

    private func takeMail() {
        let mail = mailbox.takeAll()
        guard !mail.isEmpty else { return }
        model.now = services.now()
        for item in mail where model.take(item) { frames.contentChanged() }
        carryOut()
    }

    private func saveDraftIfDue() {
        guard let due = draftDue, due <= .now else { return }
        draftDue = nil
        model.saveDraft()
        carryOut()
    }

    private func drawIfDue() {
        guard !hasQuit, frames.decision(now: .now) == .draw else { return }
        let start = ContinuousClock.now
        let view = model.view()
        screen.draw(view.canvas())
        updateTitle()
        carryOut()
        frames.drew(from: start, to: .now)
    }

    private func updateTitle() {
        let new = model.windowTitle
        guard new != title else { return }
        title = new
        screen.setTitle(new)
    }

    // MARK: Effects

    private func carryOut() {
        while !model.effects.isEmpty {
            let effects = model.effects
            model.effects = []
            for effect in effects { carryOut(effect) }
        }
    }

    private func carryOut(_ effect: Effect) {
        switch effect {
        case .submit(let intent): services.submit(intent)
        case .copy(let text): screen.copy(text)
        case .bell: screen.ringBell()
        case .suspend: screen.suspend()
        case .redraw: screen.invalidate()
        case .editText(let text): edit(text)
        case .saveTheme(let name): saveTheme(name)
        case .setUp(let request): services.setUp(request)
        case .listAgents(let account): services.listAgents(account)
        case .quit: hasQuit = true
        }
    }

    private func edit(_ text: String) {
        do {
            let edited = try screen.released { try services.edit(text) }
            model.replaceInput(with: edited)
        } catch {
            model.say("\(error)", .statusError)
        }
        screen.invalidate()
    }

    private func saveTheme(_ name: String) {
        do {
            try services.saveTheme(name)
        } catch {
            model.say("\(error)", .statusError)
        }
    }
}

extension Model {
    /// What the terminal's window is called: how many tasks have something unread, and what is open.
    var windowTitle: String {
        let unread = hasFocus ? unreadElsewhere : tasks.unread.count
        let name = focusedTask.map { " · " + $0.shownTitle } ?? ""
        return (unread > 0 ? "(\(unread)) " : "") + "Parley" + name
    }

    /// An editor has worked on the input.
    mutating func replaceInput(with text: String) {
        editor.replace(0..<editor.count, with: text)
        pane = .input
        edited()
    }
}
