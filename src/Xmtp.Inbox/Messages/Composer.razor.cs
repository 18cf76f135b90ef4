using Microsoft.AspNetCore.Components;
using Microsoft.AspNetCore.Components.Forms;
using Microsoft.JSInterop;
using Xmtp.Client.Conversations;
using Xmtp.ContentTypes;
using Xmtp.Inbox.Conversations;
using Xmtp.Inbox.Shared;

namespace Xmtp.Inbox.Messages;

/// <summary>Where messages are written: text or Markdown, an answer, a file.</summary>
public sealed partial class Composer
{
    // An envelope of a megabyte holds the content twice encrypted, with its keys; beyond this the file goes elsewhere.
    private const int InlineLengthMax = 900_000;
    private const long FileLengthMax = 50 << 20;

    private ElementReference _field;
    private InputFile? _input;
    private DotNetObjectReference<Composer>? _self;
    private Conversation? _shown;
    private Attachment? _file;
    private string _text = "";
    private string? _failure;
    private (long Length, long Sent, CancellationTokenSource Cancellation)? _upload;
    private bool _isMarkdown;
    private bool _isBusy;

    /// <summary>The account.</summary>
    [Parameter, EditorRequired]
    public required Mailbox Mailbox { get; set; }

    /// <summary>Who is written to.</summary>
    [Parameter, EditorRequired]
    public required Conversation Conversation { get; set; }

    /// <summary>The message that is answered.</summary>
    [Parameter]
    public TimelineItem? ReplyTo { get; set; }

    /// <summary>The answer was sent, or is not to be one.</summary>
    [Parameter]
    public EventCallback OnReplyDone { get; set; }

    private bool IsLarge => _file?.Data.Length > InlineLengthMax;

    private bool HasContent => _file is not null || !string.IsNullOrWhiteSpace(_text);

    /// <summary>Sends what the field held; it is empty already, and may hold the beginning of the next message.</summary>
    [JSInvokable]
    public async Task SendTextAsync(string text)
    {
        if (_isBusy) _text = text + _text;
        else if (_file is not null || !string.IsNullOrWhiteSpace(text)) await SendAsync(text);
        StateHasChanged();
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        Mailbox.KeepDraft(Conversation, _text);
        _self?.Dispose();
    }

    /// <inheritdoc/>
    protected override void OnParametersSet()
    {
        if (_shown == Conversation) return;
        (_shown, _text) = (Conversation, Mailbox.DraftOf(Conversation));
    }

    /// <inheritdoc/>
    protected override async Task OnAfterRenderAsync(bool firstRender)
    {
        if (!firstRender) return;
        _self = DotNetObjectReference.Create(this);
        await Page.PrepareComposerAsync(_field, _input!.Element!.Value, _self);
    }

    private async Task TakeFileAsync(InputFileChangeEventArgs args)
    {
        _failure = null;
        try
        {
            using var content = new MemoryStream();
            await using var stream = args.File.OpenReadStream(FileLengthMax);
            await stream.CopyToAsync(content);
            _file = new Attachment(args.File.Name, args.File.ContentType.Length > 0 ? args.File.ContentType : "application/octet-stream", content.ToArray());
            if (IsLarge && Settings.Current.UploadTo.Length == 0)
            {
                _file = null;
                _failure = $"A message holds {MessageTexts.Size(InlineLengthMax)} at most. Name a place for larger files in the settings.";
            }
        }
        catch (Exception failure) when (Failures.IsExpected(failure))
        {
            _failure = Failures.Describe(failure);
        }
    }

    private async Task SendAsync(string text)
    {
        (_isBusy, _failure) = (true, null);
        StateHasChanged();
        try
        {
            if (_file is { } file)
            {
                await SendContentAsync(IsLarge ? await UploadAsync(file) : file);
                if (ReferenceEquals(_file, file)) _file = null;
            }

            if (!string.IsNullOrWhiteSpace(text)) await SendContentAsync(_isMarkdown ? new Markdown(text) : text);
        }
        catch (Exception failure) when (failure is OperationCanceledException || Failures.IsExpected(failure))
        {
            // Nothing that was written is lost.
            _text = text + _text;
            if (failure is not OperationCanceledException) _failure = Failures.Describe(failure);
        }
        finally
        {
            _isBusy = false;
        }
    }

    private async Task SendContentAsync(object content)
    {
        await Mailbox.SendAsync(Conversation, ReplyTo is { } answered ? new Reply(answered.Id.ToString(), content) : content);
        if (ReplyTo is not null) await OnReplyDone.InvokeAsync();
    }

    private async Task<RemoteAttachment> UploadAsync(Attachment file)
    {
        var encrypted = AttachmentCipher.Encrypt(file);
        using var cancellation = new CancellationTokenSource();
        var progress = new ImmediateProgress(sent =>
        {
            _upload = (encrypted.Payload.Length, sent, cancellation);
            StateHasChanged();
        });
        progress.Report(0);
        try
        {
            return encrypted.ToRemoteAttachment(await Uploads.PutAsync(new Uri(Settings.Current.UploadTo), encrypted.Payload.ToArray(), progress, cancellation.Token));
        }
        finally
        {
            _upload = null;
        }
    }

    // What is on its way comes back first: otherwise it would be sent after all.
    private void Detach()
    {
        _upload?.Cancellation.Cancel();
        _file = null;
    }
}
