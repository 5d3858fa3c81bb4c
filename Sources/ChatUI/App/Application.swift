import Foundation
import RichText
import Settings
import Timing

/// The loop of the interface: sleeps until a key, an event or a deadline, changes the model, carries out its effects and draws a
/// frame. Decides nothing about what is on the screen. Made and run on one thread, which ``run()`` keeps until the end.
public final class Application {
    /// How long typed text may stay unsaved: short enough to survive a kill, long enough not to write for each key.
    static let draftDelay: Duration = .milliseconds(300)
    /// How long mail may keep keys waiting.
    static let mailTime: Duration = .milliseconds(8)

    private let screen: any Screen
    private let mailbox: Mailbox
    private let services: ApplicationServices
    private var model: Model
    private var frames = FramePolicy()
    private var draftDue: ContinuousClock.Instant?
    /// When a label on the screen has to change.
    private var labelsDue: ContinuousClock.Instant?
    /// Mail that has been drained and is not received yet.
    private var unread: ArraySlice<Mail> = []
    private var title = ""
    private var hasQuit = false
    /// The signal that ended the program, 0 for none.
    private var signal: Int32 = 0

    /// - Parameters:
    ///   - offers: the services that accounts can be added for.
    ///   - sent: earlier messages for the input's history, oldest first.
    ///   - problems: what is wrong with the configuration.
    public init(
        screen: any Screen, mailbox: Mailbox, services: ApplicationServices, accounts: [AccountEntry],
        offers: [ServiceOffer] = [], keymap: Keymap, themes: ThemeChoice, zone: LocalZone = .system,
        sent: [String] = [], problems: [Problem] = [], alerts: Alerts = Alerts(),
        appearance: Appearance = Appearance(), languages: LanguageCatalog = .builtIn,
        templates: TemplateCatalog = .empty
    ) {
        self.screen = screen
        self.mailbox = mailbox
        self.services = services
        var keymap = keymap
        keymap.showsHints = appearance.hints
        let context = PaneContext(
            accounts: Accounts(accounts, offers: offers), keymap: keymap,
            labels: TimeLabels(zone: zone, times: appearance.times, clock: appearance.clock),
            now: services.clock.date(), size: screen.size, alerts: alerts, appearance: appearance,
            marks: SyntaxMarks(attributes: screen.attributes), languages: languages,
            templates: templates)
        model = Model(context: context, themes: themes, sent: sent, problems: problems)
    }

    /// Runs until the person quits or the terminal closes.
    /// - Returns: the signal that ended it, or 0.
    public func run() -> Int32 {
        mailbox.attach(screen.waker)
        frames.inputChanged()
        drawIfDue()
        while !hasQuit { step() }
        return signal
    }

    private var now: ContinuousClock.Instant { services.clock.instant() }

    private func step() {
        let input = screen.wait(until: nextDeadline())
        for event in input where !hasQuit { receive(event) }
        // What a key changed is on the screen before anything that arrived meanwhile is looked at.
        if !input.isEmpty { drawIfDue() }
        receiveMail()
        saveDraftIfDue()
        updateLabelsIfDue()
        drawIfDue()
    }

    private func nextDeadline() -> ContinuousClock.Instant? {
        let now = now
        if !unread.isEmpty { return now }
        let due = [draftDue, labelsDue].compactMap(\.self).min()
        return switch frames.decision(now: now) {
        case .rest: due
        case .draw: now
        case .wait(let frameDue): min(frameDue, due ?? frameDue)
        }
    }

    private func receive(_ event: InputEvent) {
        model.clockMoved(to: services.clock.date())
        frames.inputChanged()
        switch event {
        case .key(let key): carryOut(model.press(key))
        case .mouse(let event): carryOut(model.point(event))
        case .paste(let text): carryOut(model.paste(text))
        case .resize(let size): model.resize(to: size)
        case .focus(let hasFocus): carryOut(model.focusChanged(hasFocus))
        case .background(let dark): model.terminalIs(dark: dark)
        case .resumed: screen.invalidate()
        case .ended(let number):
            signal = number
            carryOut(model.leave())
        }
        if model.composer.hasUnsavedDraft, draftDue == nil { draftDue = now + Self.draftDelay }
    }

    private func receiveMail() {
        unread += mailbox.drain()
        guard !unread.isEmpty else { return }
        model.clockMoved(to: services.clock.date())
        let end = now + Self.mailTime
        repeat {
            let item = unread.removeFirst()
            if model.shows(item) { frames.contentChanged() }
            carryOut(model.receive(item))
        } while !unread.isEmpty && now < end
    }

    private func saveDraftIfDue() {
        guard let due = draftDue, due <= now else { return }
        draftDue = nil
        carryOut(model.saveDraft())
    }

    /// Shows anew how long ago something was.
    private func updateLabelsIfDue() {
        guard let due = labelsDue, due <= now else { return }
        labelsDue = nil
        model.clockMoved(to: services.clock.date())
        frames.contentChanged()
    }

    private func drawIfDue() {
        let start = now
        guard !hasQuit, frames.decision(now: start) == .draw else { return }
        let effects = model.layout()
        screen.draw(model.view().canvas())
        screen.reportMouse(model.context.appearance.mouse)
        updateTitle()
        carryOut(effects)
        labelsDue = model.nextLabels.map { now + .seconds($0.timeIntervalSince(model.context.now)) }
        frames.drew(from: start, to: now)
    }

    private func updateTitle() {
        let new = model.windowTitle
        guard new != title else { return }
        title = new
        screen.setTitle(new)
    }

    // MARK: Effects

    private func carryOut(_ effects: [Effect]) {
        for effect in effects { carryOut(effect) }
    }

    private func carryOut(_ effect: Effect) {
        guard !services.carryOut(effect) else { return }
        switch effect {
        case .copy(let text, let name): copy(text, name)
        case .bell: screen.ringBell()
        case .notify(let notification, let way): notify(notification, way)
        case .suspend: screen.suspend()
        case .redraw: screen.invalidate()
        case .openEditor(let text): edit(text)
        case .saveTheme(let name): reportingErrors { try services.saveTheme(name) }
        case .notice(let text, let role, let subject):
            model.show(Notice(text: text, role: role, subject: subject))
        case .quit: hasQuit = true
        default: break
        }
    }

    private func notify(_ notification: DesktopNotification, _ way: Alerts.Notifications) {
        switch way {
        case .off: break
        case .automatic: screen.notify(notification, as: nil)
        case .sequence(let form): screen.notify(notification, as: form)
        case .command(let words): services.notify(words, notification)
        }
    }

    private func copy(_ text: String, _ name: String) {
        let isReachable = [screen.copy(text), services.copy(text)].contains(true)
        model.show(
            isReachable
                ? Notice(text: "Copied \(name).", role: .statusBar)
                : Notice(
                    text:
                        "Nothing was copied: this terminal has no clipboard, and neither wl-copy, xclip nor xsel is there.",
                    role: .statusError))
    }

    private func edit(_ text: String) {
        reportingErrors {
            let edited = try screen.released { try services.edit(text) }
            model.replaceInput(with: edited)
        }
        screen.invalidate()
    }

    private func reportingErrors(_ body: () throws -> Void) {
        do {
            try body()
        } catch {
            model.show(Notice(text: "\(error)", role: .statusError))
        }
    }
}
