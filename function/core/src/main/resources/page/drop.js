import {byId} from './dom.js';

/**
 * Takes files that are chosen, or dropped anywhere on the page.
 *
 * @param onFile called with each
 */
export function takeFiles(onFile) {
  const chooser = byId('file');
  chooser.addEventListener('change', () => {
    if (chooser.files.length > 0) {
      onFile(chooser.files[0]);
    }
  });
  chooser.addEventListener('click', () => {
    chooser.value = ''; // Allows choosing the same file again, which may have changed.
  });
  const holdsFiles = event => event.dataTransfer?.types.includes('Files');
  document.addEventListener('dragover', event => {
    if (holdsFiles(event)) {
      event.preventDefault();
      document.body.classList.add('dropping');
    }
  });
  document.addEventListener('dragleave', event => {
    if (!event.relatedTarget) {
      document.body.classList.remove('dropping');
    }
  });
  document.addEventListener('drop', event => {
    document.body.classList.remove('dropping');
    if (holdsFiles(event)) {
      event.preventDefault();
      const [file] = event.dataTransfer.files;
      if (file) { // A browser may announce files and pass none.
        byId('rows').scrollIntoView();
        onFile(file);
      }
    }
  });
}
