import SessionCore
import Settings

/// An account while it is added, step by step. Going back and forth keeps what was filled in. Asks no service itself: it returns
/// requests and applies their answers.
struct AccountWizard: Sendable {
    enum Step: CaseIterable, Sendable {
        case service, address, keySource, key, user, agent, review
    }

    enum KeyKind: CaseIterable, Hashable, Sendable {
        case environment, command, pasted
    }

    /// A line to fill in.
    enum Field: Hashable, Sendable {
        case address
        case key(KeyKind)
        case user, agent, name
    }

    private let offers: [ServiceOffer]
    /// The names of the other accounts.
    private let taken: Set<String>
    private(set) var step = Step.service
    /// What is wrong with the input, or why a request failed.
    private(set) var fault: String?
    /// The results of the check; nil before it.
    private(set) var diagnostics: [Diagnostic]?
    private var services: Picker
    private var keyKinds: Picker
    /// The agents that the service listed; nil where they are typed in.
    private var agents: AgentChoice?
    private var lines: [Field: LineEditor] = [:]
    /// The text of each line before anything is typed, for the chosen service.
    private var suggested: [Field: String] = [:]
    /// Whether the person has been told what speaks against saving the account; accepting it again is consent.
    private var isWarnedOfSaving = false
    /// The address without encryption about which the person has been warned.
    private var warned: String?
    /// The request that waits for its answer.
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

    // MARK: The input

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

    /// Whether Enter marks an agent.
    var marksAgents: Bool {
        guard step == .agent, let agents, agents.isMarking else { return false }
        return agents.picker.selected?.choice != .markedAgents
    }

    /// The agents that were chosen, or typed in.
    private var chosenAgents: [Agent] { agents?.chosen ?? AgentChoice.agents(in: text(.agent)) }

    private var draft: AccountDraft? {
        guard let offer, let key else { return nil }
        return AccountDraft(
            name: text(.name), service: offer.service, url: text(.address), key: key,
            user: offer.userHint == nil ? "" : text(.user),
            agents: offer.agentHint == nil ? [] : chosenAgents,
            isInsecure: Config.Account.isInClear(text(.address)))
    }

    // MARK: The step

    /// The steps for the chosen service.
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
            case .agent: agents?.picker
            case .address, .key, .user, .review: nil
            }
        }
        set {
            guard let newValue else { return }
            switch step {
            case .service: services = newValue
            case .keySource: keyKinds = newValue
            case .agent: agents?.picker = newValue
            case .address, .key, .user, .review: break
            }
        }
    }

    // MARK: Editing

    /// Changes the line of this step: what is filled in, or what narrows the choices.
    mutating func edit(_ change: (inout LineEditor) -> Void) {
        guard let field else {
            changeChoices { picker in
                change(&picker.query)
                picker.narrow()
            }
            return
        }
        let before = lines[field]?.revision
        change(&lines[field, default: LineEditor()])
        guard lines[field]?.revision != before else { return }
        fault = nil
        if field == .address { dropSuggestedScheme() }
    }

    /// An address that is pasted behind the suggested `https://` brings its own beginning.
    private mutating func dropSuggestedScheme() {
        guard let address = lines[.address]?.text,
            let twice = address.prefixMatch(of: /https:\/\/(?=https?:\/\/)/.ignoresCase())
        else { return }
        lines[.address]?.setText(String(address[twice.range.upperBound...]))
    }

    mutating func changeChoices(_ change: (inout Picker) -> Void) {
        guard var changed = picker else { return }
        change(&changed)
        picker = changed
    }

    // MARK: Steps

    /// Accepts the input of this step and goes on.
    /// - Returns: the request that the next step needs.
    mutating func accept() -> AccountWizardRequest? {
        if step == .review, awaited?.kind == .save { return nil }
        if step == .agent, let acceptance = agents?.accept(), acceptance != .chosen {
            if acceptance == .typed { agents = nil }
            fault = nil
            return nil
        }
        fault = faultOfStep ?? warning() ?? warningOfSaving()
        guard fault == nil else { return nil }
        if step == .service { suggest() }
        guard let index = steps.firstIndex(of: step), index + 1 < steps.count else { return ask(.save) }
        return enter(steps[index + 1])
    }

    /// Goes back a step.
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
            diagnostics = nil
            isWarnedOfSaving = false
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

    /// Fills in the service's defaults wherever nothing else was typed.
    private mutating func suggest() {
        guard let offer else { return }
        let names = (1...).lazy.map { offer.service.rawValue + ($0 == 1 ? "" : "-\($0)") }
        let defaults: [Field: String] = [
            .address: offer.url ?? "https://", .key(.environment): offer.keyVariable, .user: offer.user,
            .name: names.first { !taken.contains($0) } ?? "",
        ]
        for (field, text) in defaults where lines[field, default: LineEditor()].text == suggested[field] ?? ""
        {
            lines[field, default: LineEditor()].setText(text)
        }
        suggested = defaults
    }

    // MARK: Faults

    /// What to say once about an address without encryption; accepting it again is consent.
    private mutating func warning() -> String? {
        let address = text(.address)
        guard step == .address, Config.Account.isInClear(address), warned != address else { return nil }
        warned = address
        return
            "With http://, others on the network can read the key and the messages. Use https://, or press Enter "
            + "again if you trust the network."
    }

    private var faultOfStep: String? {
        switch step {
        case .service: offer == nil ? "Choose one of the services." : nil
        case .address: Config.Account.fault(ofURL: text(.address)).map { "The address \($0)." }
        case .keySource: keyKind == nil ? "Choose where the key comes from." : nil
        case .key: faultOfKey
        case .user: text(.user).isEmpty ? "Enter your user name at this service." : nil
        case .agent: faultOfAgents
        case .review: faultOfName
        }
    }

    /// What speaks against saving the account, once; accepting it again is consent.
    private mutating func warningOfSaving() -> String? {
        guard step == .review, !isWarnedOfSaving else { return nil }
        if awaited?.kind == .check {
            isWarnedOfSaving = true
            return "The check is still running. Press Enter again to save the account without it."
        }
        guard let diagnostics, diagnostics.contains(where: { $0.verdict == .wrong }) else { return nil }
        isWarnedOfSaving = true
        return
            "The check failed. Go back to correct it, or press Enter again to save the account anyway."
    }

    private var faultOfAgents: String? {
        guard chosenAgents.isEmpty else { return nil }
        return agents == nil ? "Enter the agent's id." : "Choose an agent."
    }

    private var faultOfKey: String? {
        switch key {
        case .from(.environment(let name)):
            Config.Account.KeySource.canBeVariable(name)
                ? nil : "The name of a variable has no spaces and no “=”."
        case .from(.command(let words)):
            words.first.map(\.isEmpty) ?? true ? "Enter the command that prints the key." : nil
        case .from(.file): nil
        case .pasted(let key):
            Config.Account.KeySource.canBeKey(key)
                ? nil : key.isEmpty ? "Paste the key." : "A key has no spaces and no accented letters."
        case nil: "A quotation mark is not closed."
        }
    }

    private var faultOfName: String? {
        let name = text(.name)
        let isName = name.allSatisfy { $0.isASCII && ($0.isLetter || $0.isNumber || $0 == "-" || $0 == "_") }
        if name.isEmpty || !isName { return "A name consists of letters, digits, - and _." }
        return taken.contains(name) ? "There is already an account “\(name)”." : nil
    }

    // MARK: Answers

    /// - Returns: false when the answer is not to the request that waits.
    mutating func apply(_ answer: AccountWizardAnswer) -> Bool {
        guard let request = awaited, request.number == answer.number else { return false }
        awaited = nil
        switch answer.outcome {
        case .agents(let found?): offer(found)
        case .agents(nil): break
        case .checked(let found): show(found)
        case .failed(let message) where request.kind == .check:
            show([Diagnostic(.account, .wrong, message)])
        case .failed(let message): fault = message
        case .saved: break
        }
        return true
    }

    private mutating func offer(_ found: [Agent]) {
        guard !found.isEmpty else {
            fault = "The service lists no agents for this key."
            return
        }
        agents = AgentChoice(found, typed: AgentChoice.agents(in: text(.agent)))
    }

    /// What is found now is not yet known to the person. That an agent exists is known if the service has listed it.
    private mutating func show(_ found: [Diagnostic]) {
        let listed = Set((agents?.chosen ?? []).map { Diagnostic.Subject.agent($0) })
        let news = found.filter { $0.verdict != .unknown || !listed.contains($0.subject) }
        (diagnostics, fault, isWarnedOfSaving) = (news, nil, false)
    }
}

extension AccountWizard.KeyKind {
    fileprivate var label: String {
        switch self {
        case .environment: "An environment variable"
        case .command: "A command that prints it"
        case .pasted: "Paste it here"
        }
    }

    fileprivate var detail: String {
        switch self {
        case .environment: "set before Parley starts"
        case .command: "for example from a password manager"
        case .pasted: "kept in a file that only you can read"
        }
    }
}
