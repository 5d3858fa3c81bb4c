import RichText
import SessionCore

/// Adding an account.
extension Model {
    mutating func openSetup() {
        guard !offers.isEmpty else {
            say("No account can be added here. Leave this, and start parley by itself.", .statusError)
            return
        }
        dialog = .setup(leftSetup ?? AccountWizard(offers: offers, taken: Set(accounts.map(\.name))))
        leftSetup = nil
    }

    mutating func acceptSetup() {
        guard case .setup(var setup)? = dialog else { return }
        let request = setup.accept()
        dialog = .setup(setup)
        if let request { effects.append(.setUp(request)) }
    }

    /// Goes a step back; before the first one the dialog closes, and keeps what was filled in for when it is opened again.
    mutating func leaveSetupStep() {
        guard case .setup(var setup)? = dialog else { return }
        if setup.back() {
            dialog = .setup(setup)
        } else {
            closeDialog()
            leftSetup = setup
        }
    }

    mutating func take(_ answer: AccountWizardAnswer) {
        if case .saved(let all) = answer.outcome {
            // What the services have told of those that were there before stays.
            accounts = all.map { account($0.name) ?? $0 }
            askServices()
        }
        guard case .setup(var setup)? = dialog else { return }
        let added = setup.awaited?.draft
        guard setup.take(answer) else { return }
        dialog = .setup(setup)
        guard case .saved = answer.outcome, let added else { return }
        closeDialog()
        beginTask(account: added.name, agent: added.agents.first)
        say("The account “\(added.name)” was added.")
    }
}
