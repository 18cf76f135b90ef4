using Google.Protobuf;
using Xmtp.Client;
using Xmtp.Client.Consent;
using Xmtp.Client.Diagnostics;
using Xmtp.Client.Messages;
using Xmtp.Client.Transport;
using Xmtp.Identity;
using Xmtp.Protocol.Errors;
using Xmtp.Protocol.MessageApi.V1;
using Xmtp.Protocol.Topics;

namespace Xmtp.Docs.Tests.Snippets;

/// <summary>Consent, errors, and what is dropped.</summary>
public class Care(SnippetNode snippetNode) : SnippetTest(snippetNode)
{
    [Fact]
    public async Task Consent_UnknownPeer_IsDenied()
    {
        await using var client = await JoinAsync();
        var (peer, cancellationToken) = (Stranger(), Limit);
        #region snippet:consent
        await client.Consent.RefreshAsync(cancellationToken: cancellationToken);
        if (client.Consent.StateOf(peer) == ConsentState.Unknown)
            await client.Consent.DenyAsync(peer, cancellationToken);
        #endregion
        Assert.Equal(ConsentState.Denied, client.Consent.StateOf(peer));
    }

    [Fact]
    public async Task Failure_PeerWithoutAccount_SaysWhatToDo()
    {
        await using var client = await JoinAsync();
        var (peer, cancellationToken) = (Stranger(), Limit);
        #region snippet:errors
        try
        {
            await client.Conversations.NewConversationAsync(peer, cancellationToken: cancellationToken);
        }
        catch (XmtpException failure) when (failure.Code == ErrorCatalogue.NotOnNetwork)
        {
            Console.WriteLine($"{failure.Message}. {failure.Code.Advice}");
        }
        catch (XmtpException failure) when (failure.IsRetryable)
        {
            Console.WriteLine($"Try again later: {failure.Message}");
        }
        #endregion
        Assert.StartsWith($"{peer} has published no contact. ", Assert.Single(Console.Lines), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Dropped_GarbageOnAnOpenTopic_IsReported()
    {
        using var wallet = PrivateKeyWallet.Generate();
        await PublishGarbageAsync(Topic.Invite(wallet.Address.ToString()));
        var (node, cancellationToken) = (Node, Limit);
        #region snippet:dropped
        var options = new XmtpClientOptions
        {
            Nodes = [node],
            Dropped = new Progress<DroppedEnvelope>(dropped => Console.WriteLine($"{dropped.Topic}: {dropped.Reason.Describe()}")),
        };
        await using var client = await XmtpClient.CreateAsync(wallet, options, cancellationToken);
        await client.Conversations.ListAsync(cancellationToken: cancellationToken);
        #endregion
        await Console.Written.WaitAsync(Limit);
        Assert.Equal([$"{Topic.Invite(wallet.Address.ToString())}: {DropReason.Malformed.Describe()}"], Console.Lines);
    }

    private async Task PublishGarbageAsync(Topic topic)
    {
        await using var anyone = await JoinAsync();
        var keys = anyone.ExportKeys();
        using var bundle = PrivateKeyBundle.Import(keys, Cryptography.CryptoProvider.Default);
        await using var transport = new GrpcTransport(Node);
        var now = TimeProvider.System.GetUtcNow();
        var envelope = new Envelope
        {
            ContentTopic = topic.Value,
            TimestampNs = (ulong)now.ToUnixTimeMilliseconds() * 1_000_000,
            Message = ByteString.CopyFromUtf8("garbage"),
        };
        await transport.PublishAsync(new PublishRequest { Envelopes = { envelope } }, PublishToken.CreateHeader(bundle, now), cancellationToken: Limit);
    }
}
