using System.CommandLine;
using Xmtp.Cli.Output;
using Xmtp.Client.Transport;
using Xmtp.Cryptography;
using Xmtp.Identity;
using Xmtp.Protocol.Errors;
using Xmtp.Protocol.MessageApi.V1;
using Xmtp.Protocol.Topics;

namespace Xmtp.Cli.Commands;

/// <summary><c>xmtp contact ADDRESS</c>; needs no key file.</summary>
internal static class ContactCommand
{
    private const uint NewestExamined = 20;

    // A small question with a small answer: a node that is silent for so long is none.
    private static readonly TimeSpan AnswerTime = TimeSpan.FromSeconds(10);

    public static Command Create()
    {
        var address = AddressArgument.Required("Account to look up.");
        var command = new Command("contact", "Show what the network knows of an account.") { address };
        command.Run(async (parsed, console, cancellationToken) =>
        {
            var account = parsed.GetRequiredValue(address);
            var contact = await Session.AskAsync(parsed, (node, token) => FindAsync(node, account, token), cancellationToken);
            var output = new ContactOutput(
                account.ToString(),
                contact is not null,
                contact is null ? null : contact.IsV1 ? "v1" : "v2",
                contact is null ? null : Convert.ToHexStringLower(contact.Bundle.IdentityKey.Span),
                contact is null ? null : Convert.ToHexStringLower(contact.Bundle.PreKey.Span));
            console.Result(output, CliJson.Default.ContactOutput, result => result.CanMessage
                ? string.Join(Environment.NewLine,
                    $"{console.Bold(result.Address)} can be written to ({result.Version})",
                    $"identity key  {result.IdentityKey}",
                    $"pre-key       {result.PreKey}")
                : $"{console.Bold(result.Address)} is not on the network");
            return output.CanMessage ? ExitCode.Success : ExitCode.NotFound;
        });
        return command;
    }

    /// <summary>The newest contact that the account's own wallet signed; null when it has none.</summary>
    /// <exception cref="NodeException">The node failed, or did not answer in time.</exception>
    public static async Task<Contact?> FindAsync(IMessageTransport transport, EthereumAddress account, CancellationToken cancellationToken)
    {
        var response = await AskAsync(transport, new QueryRequest
        {
            ContentTopics = { Topic.Contact(account.ToString()).Value },
            PagingInfo = new PagingInfo { Limit = NewestExamined, Direction = SortDirection.Descending },
        }, cancellationToken);
        foreach (var envelope in response.Envelopes)
        {
            if (ContactBundle.TryDecode(envelope.Message.Span, CryptoProvider.Default, out var contact) && contact.Address == account)
                return contact;
        }

        return null;
    }

    private static async Task<QueryResponse> AskAsync(IMessageTransport transport, QueryRequest request, CancellationToken cancellationToken)
    {
        using var limit = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        limit.CancelAfter(AnswerTime);
        try
        {
            return await transport.QueryAsync(request, limit.Token);
        }
        catch (OperationCanceledException) when (!cancellationToken.IsCancellationRequested)
        {
            throw new NodeException(ErrorCatalogue.DeadlineExceeded, $"it did not answer within {AnswerTime.TotalSeconds} s");
        }
    }
}
