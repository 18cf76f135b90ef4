namespace Xmtp.Client.Invitations;

/// <summary>This account's part in an invitation.</summary>
public enum InvitationRole
{
    /// <summary>It made the invitation.</summary>
    Inviter,

    /// <summary>It was invited.</summary>
    Invitee,
}
