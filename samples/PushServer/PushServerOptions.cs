using System.ComponentModel.DataAnnotations;

namespace PushServer;

/// <summary>The section <c>PushServer</c> of the configuration.</summary>
internal sealed class PushServerOptions
{
    /// <summary>gRPC addresses of nodes of one network. The next is used when one fails.</summary>
    [MinLength(1)]
    public Uri[] Nodes { get; init; } = [];

    /// <summary>The SQLite file with registrations, deliveries and the key of web push.</summary>
    [Required]
    public required string Store { get; init; }

    /// <summary>Who runs this, told to push services: a <c>mailto:</c> or <c>https:</c> address.</summary>
    [RegularExpression("(mailto|https):.+")]
    public required string Subject { get; init; }

    /// <summary>When set, only who states it as <c>Xmtp-Registration-Key</c> may register an installation.</summary>
    public string? RegistrationKey { get; init; }

    /// <summary>Whether deliveries may go to plain http and to addresses that are not on the public internet: for tests, or inside a company.</summary>
    public bool AllowPrivateAddresses { get; init; }

    /// <summary>Installations in all. Beyond that nobody can register.</summary>
    [Range(1, 100_000_000)]
    public int InstallationsMax { get; init; } = 100_000;

    /// <summary>Topics of one installation.</summary>
    [Range(1, 1_000_000)]
    public int TopicsMax { get; init; } = 10_000;

    /// <summary>Deliveries of one installation that wait. What comes beyond is not delivered.</summary>
    [Range(1, 1_000_000)]
    public int PendingMax { get; init; } = 1_000;

    /// <summary>Installations that one address may register in a minute.</summary>
    [Range(1, int.MaxValue)]
    public int RegistrationsPerMinute { get; init; } = 10;

    /// <summary>Other requests of one address in a minute.</summary>
    [Range(1, int.MaxValue)]
    public int RequestsPerMinute { get; init; } = 300;

    /// <summary>Deliveries under way at the same time.</summary>
    [Range(1, 1_000)]
    public int ParallelMax { get; init; } = 32;

    /// <summary>The pause after the first failure; it doubles with each further one.</summary>
    public TimeSpan RetryFirst { get; init; } = TimeSpan.FromSeconds(2);

    /// <summary>The longest pause between two tries, unless the receiver asks for a longer one.</summary>
    public TimeSpan RetryMax { get; init; } = TimeSpan.FromMinutes(10);

    /// <summary>How long a delivery is tried.</summary>
    public TimeSpan GiveUpAfter { get; init; } = TimeSpan.FromHours(24);

    /// <summary>How long one try may take.</summary>
    public TimeSpan Timeout { get; init; } = TimeSpan.FromSeconds(10);
}
