import { expect } from 'chai';
import { html, printable, trusted } from './html.js';

describe('html', () => {
  it('escapes text in content and in attributes', () => {
    expect(html`<a title="${`"'`}">${'<script>&'}</a>`.text).to.equal('<a title="&quot;&#39;">&lt;script&gt;&amp;</a>');
  });

  it('writes markup as it is, lists one after the other, and leaves out what is not there', () => {
    expect(html`<p>${html`<b>${1}</b>`}${undefined}${['<', trusted('<br>')]}</p>`.text).to.equal(
      '<p><b>1</b>&lt;<br></p>',
    );
  });

  it('shows control characters and turned text, keeps line ends and other scripts', () => {
    expect(printable('a\0b\u001b[31m\u202ec\n\tд 😀')).to.equal('a\ufffdb\ufffd[31m\ufffdc\n\tд 😀');
  });
});
