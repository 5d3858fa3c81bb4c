import SessionCore
import Settings

/// An account while it is put together, step by step. What was filled in stays when one goes back and forth. It asks nobody
/// itself: it says what is to be asked, and takes the answers.
struct AccountWizard: Sendable {
    enum Step: CaseIterable, Sendable {
        case service, address, keySource, key, user, agent, review
    }

    enum KeyKind: CaseIterable, Hashable, Sendable {
        case environment, command, pasted
    }

    /// A line that is filled in.
    enum Field: Hashable, Sendable {
        case address
        case key(KeyKind)
        case user, agent, name
    }

    private let offers: [ServiceOffer]
    /// The names that other accounts have.
    private let taken: Set<String>
    private(set) var step = Step.service
    /// What is wrong with what was filled in, or what came of asking.
    private(set) var fault: String?
    /// What trying the account has shown; nil before.
    private(set) var findings: [AccountFinding]?
    private var services: Picker
    private var keyKinds: Picker
    /// The agents that the service has told of; nil where an agent is typed in.
    private var agents: Picker?
    private var lines: [Field: LineEditor] = [:]
    /// What stands in a line before anything is typed, for the service that is chosen.
    private var suggested: [Field: String] = [:]
    /// The request whose answer is awaited.
    private(set) var awaited: AccountWizardRequest?

    init(offers: [ServiceOffer], taken: Set<String>) {
        self.offers = offers
        self.taken = taken
        services = Picker(
            title: "",
            items: offers.indices.map { index in
                Picker.Item(
                    choice: .service(index), label: offers[index].name, detail: offers[index].summary)
            })
        keyKinds = Picker(
            title: "",
            items: KeyKind.allCases.map {
                Picker.Item(choice: .keyKind($0), label: $0.label, detail: $0.detail)
            })
    }

    // MARK: What is filled in

    var offer: ServiceOffer? {
        guard case .service(let index)? = services.selected?.choice else { return nil }
        return offers[index]
    }

    var keyKind: KeyKind? {
        guard case .keyKind(let kind)? = keyKinds.selected?.choice else { return nil }
        return kind
    }

    private func text(_ field: Field) -> String { lines[field, default: LineEditor()].text.trimmingSpaces }

    private var key: AccountDraft.Key? {
        guard let keyKind else { return nil }
        let text = text(.key(keyKind))
        return switch keyKind {
        case .environment: .from(.environment(text))
        case .command: Config.Account.KeySource.words(of: text).map { .from(.command($0)) }
        case .pasted: .pasted(text)
        }
    }

    /// The agent that was chosen or typed in: an id, then the name it is to have here.
    private var agent: Agent? {
        if case .offeredAgent(let agent)? = agents?.selected?.choice { return agent }
        let words = text(.agent).split(maxSplits: 1, whereSeparator: \.isWhitespace).map(String.init)
        return words.first.map { Agent(id: $0, name: words.count > 1 ? words[1].trimmingSpaces : $0) }
    }

    private var draft: AccountDraft? {
        guard let offer, let key else { return nil }
        return AccountDraft(
            name: text(.name), service: offer.service, url: text(.address), key: key,
            user: offer.userHint == nil ? "" : text(.user),
            agents: offer.agentHint == nil ? [] : [agent].compactMap(\.self))
    }

    // MARK: What is shown

    /// The steps that the service needs.
    var steps: [Step] {
        Step.allCases.filter { step in
            switch step {
            case .user: offer?.userHint != nil
            case .agent: offer?.agentHint != nil
            case .service, .address, .keySource, .key, .review: true
            }
        }
    }

    enum Content {
        case choices(Picker)
        case line(LineEditor, isSecret: Bool)
    }

    var content: Content {
        if let field { return .line(lines[field, default: LineEditor()], isSecret: field == .key(.pasted)) }
        return .choices(picker ?? services)
    }

    /// The line of this step; nil where something is chosen.
    private var field: Field? {
        switch step {
        case .service, .keySource: nil
        case .address: .address
        case .key: keyKind.map { .key($0) }
        case .user: .user
        case .agent: agents == nil ? .agent : nil
        case .review: .name
        }
    }

    private var picker: Picker? {
        get {
            switch step {
            case .service: services
            case .keySource: keyKinds
            case .agent: agents
            case .address, .key, .user, .review: nil
            }
        }
        set {
            guard let newValue else { return }
            switch step {
            case .service: services = newValue
            case .keySource: keyKinds = newValue
            case .agent: agents = newValue
            case .address, .key, .user, .review: break
            }
        }
    }

    /// The line that keys edit: what is filled in, or what narrows the choices.
    var editor: LineEditor {
        get { field.map { lines[$0, default: LineEditor()] } ?? picker?.query ?? LineEditor() }
        set {
            if let field {
                if newValue.revision != lines[field]?.revision { fault = nil }
                lines[field] = newValue
            } else {
                picker?.query = newValue
            }
        }
    }

    mutating func changeChoices(_ change: (inout Picker) -> Void) {
        guard var changed = picker else { return }
        change(&changed)
        picker = changed
    }

    // MARK: Going on and back

    /// Takes what this step holds and goes on.
    /// - Returns: what is to be asked.
    mutating func accept() -> AccountWizardRequest? {
        if step == .review, awaited?.kind == .save { return nil }
        if case .typedAgent? = picker?.selected?.choice {
            agents = nil
            return nil
        }
        fault = faultOfStep
        guard fault == nil else { return nil }
        if step == .service { suggest() }
        guard let index = steps.firstIndex(of: step), index + 1 < steps.count else { return ask(.save) }
        return enter(steps[index + 1])
    }

    /// - Returns: false in the first step.
    mutating func back() -> Bool {
        guard let index = steps.firstIndex(of: step), index > 0 else { return false }
        fault = nil
        awaited = nil
        step = steps[index - 1]
        return true
    }

    private mutating func enter(_ next: Step) -> AccountWizardRequest? {
        step = next
        awaited = nil
        switch next {
        case .agent where offer?.listsAgents == true:
            agents = nil
            return ask(.agents)
        case .review:
            findings = nil
            return ask(.check)
        case .service, .address, .keySource, .key, .user, .agent: return nil
        }
    }

    private mutating func ask(_ kind: AccountWizardRequest.Kind) -> AccountWizardRequest? {
        guard let draft else { return nil }
        let request = AccountWizardRequest(number: .random(in: .min ... .max), kind: kind, draft: draft)
        awaited = request
        return request
    }

    /// Fills in what is usual at the service, wherever nothing else was typed.
    private mutating func suggest() {
        guard let offer else { return }
        let names = (1...).lazy.map { offer.service.rawValue + ($0 == 1 ? "" : "-\($0)") }
        let usual: [Field: String] = [
            .address: offer.url ?? "https://", .key(.environment): offer.keyVariable, .user: offer.user,
            .name: names.first { !taken.contains($0) } ?? "",
        ]
        for (field, text) in usual where lines[field, default: LineEditor()].text == suggested[field] ?? "" {
            lines[field, default: LineEditor()].setText(text)
        }
        suggested = usual
    }

    // MARK: What is wrong

    private var faultOfStep: String? {
        switch step {
        case .service: offer == nil ? "Choose one of the services." : nil
        case .address: Config.Account.fault(ofURL: text(.address)).map { "The address \($0)." }
        case .keySource: keyKind == nil ? "Choose where the key comes from." : nil
        case .key: faultOfKey
        case .user: text(.user).isEmpty ? "Fill in who you are there." : nil
        case .agent: agent == nil ? "Fill in the agent's id." : nil
        case .review: faultOfName
        }
    }

    private var faultOfKey: String? {
        switch key {
        case .from(.environment(let name)):
            Config.Account.KeySource.canBeVariable(name)
                ? nil : "A variable has a name without blanks and without “=”."
        case .from(.command(let words)):
            words.first.map(\.isEmpty) ?? true ? "Fill in the command that prints the key." : nil
        case .from(.file): nil
        case .pasted(let key):
            Config.Account.KeySource.canBeKey(key)
                ? nil : key.isEmpty ? "Paste the key." : "A key holds no blanks and no accented letters."
        case nil: "A quotation mark is not closed."
        }
    }

    private var faultOfName: String? {
        let name = text(.name)
        let isName = name.allSatisfy { $0.isASCII && ($0.isLetter || $0.isNumber || $0 == "-" || $0 == "_") }
        if name.isEmpty || !isName { return "A name is made of letters, digits, - and _." }
        return taken.contains(name) ? "There is an account “\(name)” already." : nil
    }

    // MARK: Answers

    /// - Returns: whether the answer was waited for.
    mutating func take(_ answer: AccountWizardAnswer) -> Bool {
        guard let request = awaited, request.number == answer.number else { return false }
        awaited = nil
        switch answer.outcome {
        case .agents(let found?): offer(found)
        case .agents(nil): break
        case .checked(let found): findings = found
        case .failed(let words): fault = words
        case .saved: break
        }
        return true
    }

    private mutating func offer(_ found: [Agent]) {
        guard !found.isEmpty else {
            fault = "The service lists no agents for this key."
            return
        }
        let typed = text(.agent)
        agents = Picker(
            title: "",
            items: found.map {
                Picker.Item(
                    choice: .offeredAgent($0), label: $0.name, detail: $0.id, key: "\($0.name) \($0.id)")
            } + [Picker.Item(choice: .typedAgent, label: "Another one…", detail: "by its id")])
        if let same = found.first(where: { $0.id == typed }) { agents?.select(.offeredAgent(same)) }
    }
}

extension AccountWizard.KeyKind {
    fileprivate var label: String {
        switch self {
        case .environment: "An environment variable"
        case .command: "A command that prints it"
        case .pasted: "I paste it here"
        }
    }

    fileprivate var detail: String {
        switch self {
        case .environment: "set before parley starts"
        case .command: "of a password store, say"
        case .pasted: "kept in a file that only you can read"
        }
    }
}
