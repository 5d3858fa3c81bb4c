import ChatUI
import Settings

extension ServiceOffer {
    /// The services for which an account can be added.
    /// - Parameter user: offered as the user.
    static func all(user: String) -> [ServiceOffer] {
        Config.Account.Service.allCases.map { service in
            ServiceOffer(
                service: service, name: service.title, summary: service.summary, url: service.defaultURL,
                keyVariable: service.keyVariable, userHint: service.userHint, user: user,
                agentHint: service.agentHint, listsAgents: service != .aui,
                keyHasOneAgent: service == .xagent)
        }
    }
}

extension Config.Account.Service {
    fileprivate var title: String {
        switch self {
        case .lyzr: "Lyzr"
        case .xagent: "Chat tasks"
        case .aui: "AUI"
        case .vectara: "Vectara"
        }
    }

    fileprivate var summary: String {
        switch self {
        case .lyzr: "agents of Lyzr Studio"
        case .xagent: "the chat-tasks API of Xagent"
        case .aui: "AUI messaging, with products as cards"
        case .vectara: "Vectara agents, with their tools"
        }
    }

    fileprivate var keyVariable: String {
        switch self {
        case .lyzr: "LYZR_API_KEY"
        case .xagent: "XAGENT_API_KEY"
        case .aui: "AUI_API_KEY"
        case .vectara: "VECTARA_API_KEY"
        }
    }

    fileprivate var userHint: String? {
        switch self {
        case .lyzr: "Who are you there? Sessions are kept and listed by this user."
        case .aui: "Who are you there? Tasks are kept and listed by this user."
        case .xagent, .vectara: nil
        }
    }

    fileprivate var agentHint: String? {
        switch self {
        case .lyzr: "Which agent? Its id, 24 digits and letters, is shown in Lyzr Studio."
        case .xagent: "Which agent? The number of the agent that the key belongs to."
        case .aui: nil
        case .vectara: "Which agent? Its key, as in the console."
        }
    }
}
